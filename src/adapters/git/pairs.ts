/** The forecast: which heads can be merged together, without a checkout and without a trace. */
import type { Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import { type GitPlace, withAttributes } from './attributes.ts';
import { FoldedNames } from './folded-names.ts';
import { GitFailure } from './git.ts';
import { mergeBatch, type ToMerge } from './merge-batch.ts';
import { COLLISION, type MergedTrees } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';
import { type NewNames, newNames } from './new-names.ts';
import { type OnBase, onBase } from './on-base.ts';
import { closeQuarantine, openQuarantine } from './quarantine.ts';
import { paths } from './read.ts';
import { attributesOf } from './tree-names.ts';

/** What became of a pair. */
export type PairOutcome =
  | { readonly clean: true }
  | { readonly clean: false; readonly files: readonly string[]; readonly reason?: string; readonly blame?: Blame };

/** The head that does not go with the base itself; `broken`: git cannot read it. */
export type Blame = { readonly head: Sha; readonly broken: boolean };

/** Merges pairs of heads that are commits of the repository; answers in order. The chain decides, this forecasts. */
export async function mergePairs(folder: GitFolder, base: Sha, pairs: readonly ToMerge[]): Promise<PairOutcome[]> {
  for (const sha of [base, ...pairs.flat()]) allowedSha(sha);
  const all = await paths(folder, base);
  const attributes = await attributesOf(folder, base, all);
  const standing = new FoldedNames();
  for (const path of all) standing.add(path);
  return withAttributes(folder, attributes, async (place) => {
    try {
      return await quarantined(folder, place, { base, standing, pairs }, 'memory');
    } catch (failure) {
      if (!(failure instanceof GitFailure) || !/No space left|Disk quota/i.test(failure.errors)) throw failure;
      return quarantined(folder, place, { base, standing, pairs }, 'disk');
    }
  });
}

type Question = { readonly base: Sha; readonly standing: FoldedNames; readonly pairs: readonly ToMerge[] };

async function quarantined(
  folder: GitFolder,
  place: GitPlace,
  question: Question,
  where: 'memory' | 'disk',
): Promise<PairOutcome[]> {
  const heads = [...new Set(question.pairs.flat())];
  const quarantine = await openQuarantine(folder, question.pairs.length + heads.length, where);
  // Written once and thrown away: compressing them would be half of the work.
  const settings = [...place.settings, '-c', 'core.looseCompression=0'];
  try {
    return await answered(folder, { settings, call: { ...place.call, env: quarantine.environment } }, question, heads);
  } finally {
    await closeQuarantine(quarantine);
  }
}

type Ready = { readonly head: Sha; readonly onBase: OnBase; readonly names?: NewNames };

async function answered(
  folder: GitFolder,
  place: GitPlace,
  { base, standing, pairs }: Question,
  heads: readonly Sha[],
): Promise<PairOutcome[]> {
  const merged = await onBase(folder, place, base, heads);
  const commits = new Map(heads.flatMap((head, at) => (merged[at]?.clean === true ? [[head, merged[at].commit]] : [])));
  const mergeable = pairs.filter(([a, b]) => commits.has(a) && commits.has(b));
  const [names, outcomes] = await Promise.all([
    newNames(folder, place, base, standing, [...commits.values()]),
    mergeBatch(
      folder,
      place,
      mergeable.map(([a, b]) => [commits.get(a) ?? '', commits.get(b) ?? ''] as const),
    ),
  ]);
  const named = new Map([...commits.keys()].map((head, at) => [head, names[at]]));
  const ready = new Map<Sha, Ready>();
  for (const [at, head] of heads.entries()) {
    const [one, own] = [merged[at], named.get(head)];
    if (one !== undefined) ready.set(head, { head, onBase: one, ...(own === undefined ? {} : { names: own }) });
  }
  const outcomeOf = new Map(mergeable.map((pair, at) => [pair, outcomes[at]]));
  return pairs.map((pair) => judged(ready.get(pair[0]), ready.get(pair[1]), outcomeOf.get(pair)));
}

function judged(a: Ready | undefined, b: Ready | undefined, outcome: MergedTrees | undefined): PairOutcome {
  if (a === undefined || b === undefined) throw new Error('a head was not merged with the base');
  // A head that does not go with the base goes with nobody.
  const blamed = alone(a) ?? alone(b);
  if (blamed !== undefined) return blamed;
  if (outcome === undefined) throw new Error(`no merge of ${a.head} and ${b.head}`);
  if (!outcome.clean)
    return { clean: false, files: outcome.files, ...(outcome.why === undefined ? {} : { reason: outcome.why }) };
  const clash = a.names?.folded.meetings(b.names?.added ?? [], []) ?? [];
  return clash.length > 0 ? { clean: false, files: clash, reason: COLLISION } : { clean: true };
}

function alone({ head, onBase: one, names }: Ready): PairOutcome | undefined {
  if (!one.clean) return { clean: false, files: one.files, reason: one.why, blame: { head, broken: one.broken } };
  if (names?.broken !== undefined)
    return { clean: false, files: [], reason: names.broken, blame: { head, broken: true } };
  if (names !== undefined && names.clash.length > 0)
    return { clean: false, files: names.clash, reason: COLLISION, blame: { head, broken: false } };
  return undefined;
}
