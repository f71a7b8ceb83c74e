/**
 * The forecast of conflicts: 40 branches over 5,000 files, all 780 pairs, against what people do (check out, merge,
 * abort) and against one raw `git merge-tree --stdin` in the same surroundings. `node bench/conflicts.ts [--loop N]`
 * runs the loop over N pairs (default 40) and scales it up.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ForecastMemory } from '#adapters/git/forecast-memory.ts';
import { mergePairs } from '#adapters/git/pairs.ts';
import { everyPair } from '#core/integrate/pairs.ts';

const FILES = 5_000;
const BRANCHES = 40;
const ROUNDS = 5;
/** A push takes a fiftieth of the time, and so feels every other process. */
const PUSHES = 25;

const root = mkdtempSync(join(tmpdir(), 'forkjoin-bench-'));
const git = (args: readonly string[], input?: string, env: Record<string, string> = {}) =>
  execFileSync('git', ['-c', 'gc.auto=0', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1_000_000_000,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
      ...env,
    },
    ...(input === undefined ? {} : { input }),
  }).trimEnd();

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const file = (n: number) => `src/d${n % 50}/s${n % 7}/f${n}.ts`;
const text = (n: number) => Array.from({ length: 40 }, (_, line) => `export const v${n}_${line} = ${line};\n`).join('');

/** A branch changes 5 files of its own and one that others change too, and adds 2: an item of a plan. */
const build = (): { base: string; heads: string[]; pushes: string[] } => {
  git(['init', '-q']);
  for (let n = 0; n < FILES; n += 1) write(file(n), text(n));
  git(['add', '-A']);
  git(['commit', '-qm', 'base']);
  const base = git(['rev-parse', 'HEAD']);
  const heads = Array.from({ length: BRANCHES }, (_, branch) => {
    git(['checkout', '-q', '-B', `b${branch}`, base]);
    for (let n = 0; n < 5; n += 1)
      write(file(branch * 100 + n), text(branch * 100 + n).replace('= 3;', `= ${branch};`));
    for (const n of [4_990 + (branch % 10)]) write(file(n), text(n).replace('= 20;', `= ${branch}20;`));
    for (let n = 0; n < 2; n += 1) write(`src/new/b${branch}-${n}.ts`, text(n));
    git(['add', '-A']);
    git(['commit', '-qm', `b${branch}`]);
    return git(['rev-parse', 'HEAD']);
  });
  // The first branch is pushed again, and again.
  git(['checkout', '-q', 'b0']);
  const pushes = Array.from({ length: PUSHES }, (_, push) => {
    write(file(1), text(1).replace('= 7;', `= ${push};`));
    git(['commit', '-qam', `push ${push}`]);
    return git(['rev-parse', 'HEAD']);
  });
  // As a fetch leaves it.
  git(['repack', '-qad']);
  return { base, heads, pushes };
};

const seconds = async (run: () => unknown): Promise<number> => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};
const best = async (run: () => unknown, rounds = ROUNDS): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await seconds(run));
  return Math.min(...times);
};

/** One raw process for all pairs, its objects in memory too. */
const raw = (pairs: readonly (readonly [string, string])[]) => {
  const memory = mkdtempSync('/dev/shm/forkjoin-bench-');
  const env = { GIT_OBJECT_DIRECTORY: memory, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(root, '.git/objects') };
  git(
    ['merge-tree', '--write-tree', '--stdin', '--name-only', '--no-messages'],
    pairs.map((pair) => `${pair.join(' ')}\n`).join(''),
    env,
  );
  rmSync(memory, { recursive: true });
};

/** What the loop in a shell does: every pair in both orders, checked out, merged, aborted. */
const loop = (pairs: readonly (readonly [string, string])[]) => {
  const env = { PATH: process.env['PATH'] ?? '' };
  for (const [a, b] of pairs.flatMap(([one, two]) => [[one, two] as const, [two, one] as const])) {
    spawnSync('git', ['checkout', '-q', '--detach', a], { cwd: root, stdio: 'ignore', env });
    spawnSync('git', ['merge', '--no-commit', '--no-ff', b], { cwd: root, stdio: 'ignore', env });
    spawnSync('git', ['merge', '--abort'], { cwd: root, stdio: 'ignore', env });
  }
};

try {
  const { base, heads, pushes } = build();
  const pairs = everyPair(heads);
  const folder = { gitDir: join(root, '.git'), ground: { home: `${root}-home`, apart: true } };
  mkdirSync(folder.ground.home);
  const looped = Number(process.argv[process.argv.indexOf('--loop') + 1] ?? 40) || 40;
  const sample = pairs.filter((_, at) => at % Math.ceil(pairs.length / looped) === 0);
  const outcomes = await mergePairs(folder, base, pairs);
  const ours = await best(() => mergePairs(folder, base, pairs));
  const bare = await best(() => raw(pairs));
  // In a worker that made the whole forecast before.
  const memory = new ForecastMemory();
  await mergePairs(folder, base, pairs, memory);
  const next = pushes.values();
  let row: readonly (readonly [string, string])[] = [];
  let answers: unknown;
  const again = await best(async () => {
    const pushed = next.next().value ?? '';
    row = heads.slice(1).map((other) => [pushed, other] as const);
    answers = await mergePairs(folder, base, row, memory);
  }, PUSHES);
  deepStrictEqual(answers, await mergePairs(folder, base, row));
  const shell = (await seconds(() => loop(sample))) * (pairs.length / sample.length);
  const conflicts = outcomes.filter(({ clean }) => !clean).length;
  const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(46)} ${value}\n`);
  line(`${heads.length} branches, ${FILES} files, ${pairs.length} pairs`, `${conflicts} conflict`);
  line('forecast', `${ours.toFixed(3)} s`);
  line('one raw merge-tree --stdin', `${bare.toFixed(3)} s   ratio ${(ours / bare).toFixed(2)} (at most 1.4)`);
  line(
    `loop of ${2 * pairs.length} merges (from ${2 * sample.length})`,
    `${shell.toFixed(1)} s   ratio ${(shell / ours).toFixed(0)} (at least 200)`,
  );
  line(
    'one branch pushed again',
    `${again.toFixed(4)} s   ${((again / ours) * 100).toFixed(1)} % of the whole (under 5 %)`,
  );
} finally {
  for (const folder of [root, `${root}-home`]) rmSync(folder, { recursive: true, force: true });
}
