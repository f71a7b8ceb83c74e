/** What a forecast must find out about heads that it meets for the first time. */
import type { Sha } from '#core/types.ts';
import type { GitPlace } from './attributes.ts';
import type { KnownBase, KnownHead } from './forecast-memory.ts';
import { type Lineage, lineages } from './lineages.ts';
import type { ToMerge } from './merge-batch.ts';
import type { GitFolder } from './mirror.ts';
import { newNames } from './new-names.ts';
import { onBase } from './on-base.ts';

export type Question = { readonly base: Sha; readonly known: KnownBase; readonly pairs: readonly ToMerge[] };

/** Finds out whether heads go with the base, and what they change there. */
export async function learnHeads(
  folder: GitFolder,
  place: GitPlace,
  { base, known }: Question,
  fresh: readonly Sha[],
): Promise<KnownHead[]> {
  if (fresh.length === 0) return [];
  const [asTheyAre, all] = await Promise.all([
    newNames(folder, place.call, base, fresh),
    known.heads.size === 0 ? lineages(folder, base, fresh) : undefined,
  ]);
  const lineage =
    all ??
    onKnown(base, known, new Map(fresh.map((head, at) => [head, asTheyAre[at]?.parents ?? []]))) ??
    (await lineages(folder, base, fresh));
  const parted = fresh.filter((head) => lineage?.get(head)?.standing !== true);
  const merged = await onBase(folder, place, base, parted);
  const clean = parted.filter((_, at) => merged[at]?.clean === true);
  const after = await newNames(
    folder,
    place.call,
    base,
    merged.flatMap((one) => (one.clean ? [one.commit] : [])),
  );
  return fresh.flatMap((head, at) => {
    const was = parted.indexOf(head);
    const onto = was < 0 ? ({ clean: true, commit: head } as const) : merged[was];
    const names = (was < 0 ? undefined : after[clean.indexOf(head)]) ?? asTheyAre[at];
    if (onto === undefined || names === undefined) return [];
    const clash = known.standing.collisions(names.added, names.gone);
    return [{ head, lineage: lineage?.get(head), onBase: onto, names, clash }];
  });
}

/** The lineages of heads that were pushed onto the base, or onto heads that are known; undefined when one was not. */
function onKnown(
  base: Sha,
  known: KnownBase,
  parents: ReadonlyMap<Sha, readonly Sha[]>,
): ReadonlyMap<Sha, Lineage> | undefined {
  const found = new Map<Sha, Lineage>();
  for (const [head, [parent, ...more]] of parents) {
    const under = parent === base ? { standing: true, own: [] } : known.heads.get(parent ?? '')?.lineage;
    if (under === undefined || more.length > 0) return undefined;
    found.set(head, { standing: under.standing, own: new Set([...under.own, head]) });
  }
  return found;
}
