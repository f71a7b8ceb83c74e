import { openAnnex } from '#adapters/git/annex.ts';
import { asNamed, isShallow, type OpenedRepository, resolveNames } from '#adapters/git/local.ts';
import { UNRELATED } from '#adapters/git/merge-trees.ts';
import { mergePairs, type PairOutcome } from '#adapters/git/pairs.ts';
import type { Unaskable } from '#cli/integrate/options.ts';
import { MEND, SHALLOW, unknownBase, unknownMembers } from '#cli/integrate/readable.ts';
import { everyPair } from '#core/integrate/pairs.ts';
import type { Sha } from '#core/types.ts';
import { keepOutcomes, keptOutcomes } from './cache.ts';

/** The JSON of `forkjoin conflicts` (spec 8). `base` is the commit; `a` and `b` are names of branches. */
export type Forecast = {
  readonly base: Sha;
  readonly branches: readonly { readonly name: string; readonly sha: Sha }[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly clean: boolean;
    readonly files: readonly string[];
    readonly reason?: string;
  }[];
  readonly errors: readonly { readonly branch: string; readonly message: string }[];
  readonly elapsedMs: number;
};

/** A person's repository, an empty folder of ours for the time of the forecast, and what ends it early. */
export type Surroundings = {
  readonly person: OpenedRepository;
  readonly scratch: string;
  readonly signal: AbortSignal;
};

/** Merges all pairs of the branches that can be read. `cache`: the folder where answers are kept. */
export const forecast = async (
  surroundings: Surroundings,
  baseName: string,
  given: readonly string[],
  cache: string | undefined,
): Promise<Forecast | Unaskable> => {
  const start = performance.now();
  const names = [...new Set(given)];
  const [base, ...heads] = await resolveNames(asNamed(surroundings.person), [baseName, ...names]);
  if (base === undefined) return { unaskable: await unknownBase(surroundings.person, baseName) };
  const branches = names.flatMap((name, at) => (heads[at] === undefined ? [] : [{ name, sha: heads[at] }]));
  const unknown = await unknownMembers(
    surroundings.person,
    names.filter((_, at) => heads[at] === undefined),
  );
  const pairs = everyPair(branches);
  const outcomes = await merged(
    surroundings,
    base,
    pairs.map(([a, b]) => [a.sha, b.sha] as const),
    cache,
  );
  const broken = brokenHeads(outcomes);
  const shallow = isShallow(surroundings.person);
  const readable = (sha: Sha) => !broken.has(sha);
  const both = pairs.flatMap(([a, b], at) => {
    const outcome = outcomes[at];
    return outcome !== undefined && readable(a.sha) && readable(b.sha) ? [[a, b, outcome] as const] : [];
  });
  const answered = both.filter(([, , outcome]) => !isBroken(outcome));
  return {
    base,
    branches: branches.filter(({ sha }) => readable(sha)),
    pairs: answered.map(([a, b, outcome]) => said(a, b, outcome, shallow)),
    errors: [
      ...[...unknown].map(([branch, message]) => ({ branch, message })),
      ...branches.flatMap(({ name, sha }) =>
        readable(sha) ? [] : [{ branch: name, message: `${broken.get(sha)}. ${MEND}` }],
      ),
      ...both.flatMap(([a, b, outcome]) =>
        isBroken(outcome) ? [{ branch: b.name, message: `With ${a.name}: ${outcome.reason}. ${MEND}` }] : [],
      ),
    ],
    elapsedMs: Math.round(performance.now() - start),
  };
};

type Head = { readonly name: string; readonly sha: Sha };

const said = (a: Head, b: Head, outcome: PairOutcome, shallow: boolean): Forecast['pairs'][number] => {
  const pair = { a: a.name, b: b.name };
  if (outcome.clean) return { ...pair, clean: true, files: [] };
  const { files, reason, blame } = outcome;
  // The reason names who is to blame: neither branch may conflict with the other at all.
  const who = blame === undefined ? '' : `${blame.head === a.sha ? a.name : b.name}: `;
  const more = shallow && reason === UNRELATED ? SHALLOW : '';
  return { ...pair, clean: false, files, ...(reason === undefined ? {} : { reason: `${who}${reason}${more}` }) };
};

type Broken = Extract<PairOutcome, { readonly clean: false }>;

/** Could git not read what it needs to merge the two, each of which is well by itself? */
const isBroken = (outcome: PairOutcome): outcome is Broken => !outcome.clean && outcome.broken === true;

const brokenHeads = (outcomes: readonly PairOutcome[]): ReadonlyMap<Sha, string> =>
  new Map(
    outcomes.flatMap((one) => (!one.clean && one.blame?.broken === true ? [[one.blame.head, one.reason ?? '']] : [])),
  );

type Shas = readonly [Sha, Sha];

const merged = async (
  { person, scratch, signal }: Surroundings,
  base: Sha,
  pairs: readonly Shas[],
  cache?: string,
): Promise<PairOutcome[]> => {
  const kept = cache === undefined ? new Map<string, PairOutcome>() : await keptOutcomes(cache, base);
  const key = ([a, b]: Shas) => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const missing = [...new Map(pairs.map((pair) => [key(pair), pair])).values()].filter((pair) => !kept.has(key(pair)));
  if (missing.length > 0) {
    // Beside the person's repository: drivers that its configuration names would be run inside it.
    const { mirror } = await openAnnex(person, scratch, signal);
    const outcomes = await mergePairs(mirror, base, missing);
    for (const [at, pair] of missing.entries()) kept.set(key(pair), outcomes[at] as PairOutcome);
    // An answer that cannot be kept is still the answer.
    if (cache !== undefined) await keepOutcomes(cache, base, kept).catch(() => {});
  }
  return pairs.map((pair) => kept.get(key(pair)) as PairOutcome);
};
