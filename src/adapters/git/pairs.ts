/** The forecast: which heads can be merged together, without a checkout and without a trace. */
import type { Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import { type GitPlace, withAttributes } from './attributes.ts';
import { mergeBatch, type ToMerge } from './merge-batch.ts';
import { COLLISION } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';
import { type OnBase, onBase } from './on-base.ts';
import { withQuarantine } from './quarantine.ts';
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
  const heads = [...new Set(pairs.flat())];
  const all = await paths(folder, base);
  const attributes = await attributesOf(folder, base, all);
  return withAttributes(folder, attributes, (place) =>
    withQuarantine(folder, pairs.length + heads.length, async (quarantine) => {
      // Written once and thrown away: compressing them would be half of the work.
      const settings = [...place.settings, '-c', 'core.looseCompression=0'];
      const quarantined: GitPlace = { settings, call: { ...place.call, env: quarantine } };
      const ready = await onBase(folder, quarantined, base, all, heads);
      const known = new Map(heads.map((head, at) => [head, ready[at] as OnBase]));
      return judged(folder, quarantined, pairs, known);
    }),
  );
}

async function judged(
  folder: GitFolder,
  place: GitPlace,
  pairs: readonly ToMerge[],
  known: ReadonlyMap<Sha, OnBase>,
): Promise<PairOutcome[]> {
  const merges: ToMerge[] = [];
  for (const [a, b] of pairs) {
    const [one, two] = [known.get(a), known.get(b)];
    if (one?.clean === true && two?.clean === true) merges.push([one.commit, two.commit]);
  }
  const merged = await mergeBatch(folder, place, merges);
  let next = 0;
  return pairs.map(([a, b]) => {
    const [one, two] = [known.get(a), known.get(b)];
    if (one?.clean !== true) return alone(a, one);
    if (two?.clean !== true) return alone(b, two);
    const outcome = merged[next++];
    if (outcome?.clean !== true)
      return {
        clean: false,
        files: outcome?.files ?? [],
        ...(outcome?.why === undefined ? {} : { reason: outcome.why }),
      };
    const clash = one.names.meetings(two.added, []);
    return clash.length > 0 ? { clean: false, files: clash, reason: COLLISION } : { clean: true };
  });
}

/** A head that does not go with the base goes with nobody. */
function alone(head: Sha, outcome: Extract<OnBase, { clean: false }> | undefined): PairOutcome {
  if (outcome === undefined) throw new Error(`no merge of ${head} with the base`);
  return { clean: false, files: outcome.files, reason: outcome.why, blame: { head, broken: outcome.broken } };
}
