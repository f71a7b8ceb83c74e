/** One made-up repository: every pair of its branches judged by us and by `git merge`, and where they differ. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withAttributes } from '#adapters/git/attributes.ts';
import { ForecastMemory } from '#adapters/git/forecast-memory.ts';
import { mergeBatch } from '#adapters/git/merge-batch.ts';
import { mergePairs, type PairOutcome } from '#adapters/git/pairs.ts';
import { attributesOf } from '#adapters/git/tree-names.ts';
import { everyPair } from '#core/integrate/pairs.ts';
import { type ChainTally, chainsIn } from './chains.ts';
import { chanceOf } from './chance.ts';
import { type History, historyOf, importOf } from './history.ts';
import { type Answer, ENVIRONMENT, FOLDERS_STAY, OURS, realMerges, shell } from './oracle.ts';

export type Tally = {
  pairs: number;
  clean: number;
  conflict: number;
  /** A head did not go with the base itself. */
  base: number;
  /** Clean for git; names that differ only in case or Unicode form. */
  collision: number;
  /** Git gave no answer. */
  none: number;
  /** Asked again without renames of folders, and how often the verdict was another. */
  foldersStay: number;
  otherwise: number;
  disagreements: string[];
} & ChainTally;

export const emptyTally = (): Tally => ({
  pairs: 0,
  clean: 0,
  conflict: 0,
  base: 0,
  collision: 0,
  none: 0,
  foldersStay: 0,
  otherwise: 0,
  links: 0,
  dropped: 0,
  overwritten: 0,
  unseen: 0,
  disagreements: [],
});

const MEMORY = '/dev/shm';
const COLLISION = 'names that differ only in case or Unicode form';
/** Every so many pairs are asked again without renames of folders. */
const ONE_IN = 10;

/** Makes the repository of a seed, compares all pairs of its branches, and takes it away again. */
export const compareRepository = async (seed: number, branches: number, tally: Tally): Promise<void> => {
  const root = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'forkjoin-fuzz-'));
  try {
    const history = historyOf(chanceOf(seed), branches);
    const commits = make(root, history);
    const at = (place: number): string => commits[place] ?? '';
    await compareIn(root, history, at, seed, tally);
    if (seed % 2 === 0)
      await chainsIn(
        root,
        at(history.base),
        [...new Set(history.heads)].map(at),
        chanceOf(seed),
        `seed ${seed}`,
        tally,
      );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const compareIn = async (
  root: string,
  history: History,
  at: (place: number) => string,
  seed: number,
  tally: Tally,
): Promise<void> => {
  const base = at(history.base);
  const ontoAnswers = await ontoBase(root, history, at);
  const named = [...new Set(history.heads)];
  const pairs = everyPair(named);
  const onto = (place: number) => ontoAnswers.get(place)?.commit;
  const judgeable = pairs.filter(([a, b]) => onto(a) !== undefined && onto(b) !== undefined);
  const asked = judgeable.map(([a, b]) => ({ into: onto(a) ?? '', head: onto(b) ?? '', settings: OURS }));
  const folder = { gitDir: join(root, '.git'), ground: { home: root } };
  const shas = pairs.map(([a, b]) => [at(a), at(b)] as const);
  const ours = await mergePairs(folder, base, shas);
  const again = seed % 4 === 0 ? await fromMemory(folder, base, shas) : ours;
  const attributes = await attributesOf(folder, base, [...(history.commits[history.base]?.tree.keys() ?? [])]);
  const trees = await withAttributes(folder, attributes, (place) =>
    mergeBatch(
      folder,
      place,
      asked.map(({ into, head }) => [into, head] as const),
    ),
  );
  const sample = asked.filter((_, which) => (which + seed) % ONE_IN === 0);
  const real = await realMerges(root, [...asked, ...sample.map((one) => ({ ...one, settings: FOLDERS_STAY }))]);
  const stay = real.slice(asked.length);
  tally.foldersStay += stay.length;
  for (const [which, one] of sample.entries())
    if (real[asked.indexOf(one)]?.kind !== stay[which]?.kind) tally.otherwise += 1;

  for (const [which, pair] of pairs.entries()) {
    const [a, b] = pair;
    const outcome = ours[which];
    const where = judgeable.indexOf(pair);
    const answer = where < 0 ? (ontoAnswers.get(onto(a) === undefined ? a : b)?.answer as Answer) : real[where];
    if (outcome === undefined || answer === undefined) throw new Error('a pair without an answer');
    tally.pairs += 1;
    const collides = !outcome.clean && outcome.reason === COLLISION;
    const kind = collides ? 'collision' : answer.kind === 'none' ? 'none' : where < 0 ? 'base' : answer.kind;
    tally[kind] += 1;
    const obeyed = (place: number) => history.commits[place]?.tree.get('.gitattributes')?.text.toString();
    // Where a branch has attributes of its own, the merge of the base's is another.
    const merged = [a, b].every((place) => obeyed(place) === obeyed(history.base)) ? trees[where] : undefined;
    const wrong = [
      ...verdict(outcome, answer, where < 0),
      ...(isDeepStrictEqual(outcome, again[which]) ? [] : ['another answer from memory']),
      ...(collides ? collision(root, outcome.files, [a, b].map(at), answer) : []),
      ...(merged?.clean === true && answer.kind === 'clean' && merged.tree !== answer.tree ? ['another tree'] : []),
      ...(merged !== undefined && answer.kind !== 'none' && merged.clean !== (answer.kind === 'clean')
        ? ['another verdict of the merge']
        : []),
    ];
    for (const what of wrong)
      tally.disagreements.push(
        `seed ${seed}, c${a} × c${b}: ${what}\n  ours ${JSON.stringify(outcome)}\n  git  ${JSON.stringify(answer)}`,
      );
  }
};

/** The same as people bring it about: all but the last head, then that one while the first is not asked about, then both. */
const fromMemory = async (
  folder: Parameters<typeof mergePairs>[0],
  base: string,
  pairs: readonly (readonly [string, string])[],
): Promise<PairOutcome[]> => {
  const memory = new ForecastMemory();
  const [first, last] = [pairs[0]?.[0] ?? '', pairs.at(-1)?.[1] ?? ''];
  const groups = [
    pairs.filter((pair) => !pair.includes(last)),
    pairs.filter((pair) => pair.includes(last) && !pair.includes(first)),
    pairs.filter((pair) => pair.includes(last) && pair.includes(first)),
  ];
  const found = new Map<readonly [string, string], PairOutcome>();
  for (const group of groups) {
    const outcomes = await mergePairs(folder, base, group, memory);
    for (const [which, pair] of group.entries()) found.set(pair, outcomes[which] as PairOutcome);
  }
  return pairs.map((pair) => found.get(pair) as PairOutcome);
};

const verdict = (outcome: PairOutcome, answer: Answer, onBase: boolean): string[] => {
  // Where git dies or cannot write its index there is nothing to compare with.
  if (answer.kind === 'none')
    return outcome.clean && /^CONFLICT /m.test(answer.words) ? ['clean, where git spoke of a conflict'] : [];
  if (outcome.clean) return answer.kind === 'clean' ? [] : ['clean for us alone'];
  // A name that differs only in case is ours to find.
  if (outcome.reason === COLLISION)
    return answer.kind === 'conflict' && !answer.files.every((file) => outcome.files.includes(file))
      ? ['fewer files']
      : [];
  if (answer.kind === 'clean') return ['a conflict for us alone'];
  if (onBase !== (outcome.blame !== undefined)) return ['blame in another place'];
  return JSON.stringify(outcome.files) === JSON.stringify(answer.files) ? [] : ['other files'];
};

/** Do two of the files really fold to one name, and does one of the commits or the merge hold each? */
const collision = (root: string, named: readonly string[], commits: readonly string[], answer: Answer): string[] => {
  const files = answer.kind === 'conflict' ? named.filter((file) => !answer.files.includes(file)) : named;
  const fold = (path: string) => path.normalize('NFC').toLowerCase();
  const trees = answer.kind === 'clean' ? [...commits, answer.tree] : commits;
  const names = new Set(trees.flatMap((tree) => run(root, ['ls-tree', '-r', '-z', '--name-only', tree]).split('\0')));
  const folded = files.map(fold);
  const meets = folded.every((one, which) =>
    folded.some(
      (other, where) =>
        where !== which && (one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)),
    ),
  );
  return meets && files.every((file) => names.has(file)) ? [] : ['a collision that is none'];
};

const run = (root: string, args: readonly string[], input?: Buffer): string => {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd: root,
    env: ENVIRONMENT,
    maxBuffer: 100_000_000,
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.toString()}`);
  return stdout.toString();
};

/** The repository with all commits; their hashes in order. */
const make = (root: string, history: History): string[] => {
  run(root, ['init', '-q', '-b', 'nothing']);
  run(root, ['config', 'gc.auto', '0']);
  run(root, ['config', 'core.looseCompression', '0']);
  run(root, ['fast-import', '--quiet', '--export-marks=.git/marks'], importOf(history));
  const marks = run(root, ['for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads/'])
    .trim()
    .split('\n');
  const found = new Map(marks.map((line) => line.split(' ') as [string, string]));
  return history.commits.map((_, place) => found.get(`c${place}`) ?? '');
};

type Onto = { readonly commit?: string; readonly answer: Answer };

/** Each head on the base, as a person would bring it up to date: merged, unless the base is part of it already. */
const ontoBase = async (root: string, history: History, at: (place: number) => string): Promise<Map<number, Onto>> => {
  const named = [...new Set(history.heads)];
  const stands = (place: number): boolean =>
    place === history.base || (history.commits[place]?.parents ?? []).some(stands);
  const others = named.filter((place) => !stands(place));
  const base = at(history.base);
  const answers = await realMerges(
    root,
    others.map((place) => ({ into: base, head: at(place), settings: OURS })),
  );
  const clean = others.flatMap((place, which) => {
    const answer = answers[which];
    return answer?.kind === 'clean' ? [{ place, tree: answer.tree }] : [];
  });
  const script = clean.map(({ place, tree }) => `git commit-tree -p ${base} -p ${at(place)} -m x ${tree}\n`);
  const commits = (await shell(root, script.join(''))).toString().trim().split('\n');
  const found = new Map<number, Onto>();
  for (const place of named) found.set(place, { commit: at(place), answer: { kind: 'clean', tree: '' } });
  for (const [which, place] of others.entries()) {
    const answer = answers[which] as Answer;
    const done = clean.findIndex((one) => one.place === place);
    found.set(place, done < 0 ? { answer } : { answer, commit: commits[done] ?? '' });
  }
  return found;
};
