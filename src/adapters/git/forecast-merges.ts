/** The merges of a forecast, inside a quarantine: new heads with the base, then the pairs that can meet. */
import type { Sha } from '#core/types.ts';
import { type GitPlace, withAttributes } from './attributes.ts';
import { canMeet } from './can-meet.ts';
import { type KnownBase, type KnownHead, remember } from './forecast-memory.ts';
import { type Lineage, lineages } from './lineages.ts';
import { mergeBatch, type ToMerge } from './merge-batch.ts';
import type { MergedTrees } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';
import { newNames } from './new-names.ts';
import { onBase } from './on-base.ts';
import { attributesOf, isAttributes } from './tree-names.ts';

export type Question = { readonly base: Sha; readonly known: KnownBase; readonly pairs: readonly ToMerge[] };

/** What is known of each head, and the merge of each pair; undefined where there is nothing to merge. */
export type Merged = {
  readonly heads: ReadonlyMap<Sha, KnownHead>;
  readonly outcomes: readonly (MergedTrees | undefined)[];
};

/** From so many pairs on (about 100 branches) it pays to sort out first which can meet at all. */
const MANY = 4_000;

/** Looks at the heads that are new, and merges the pairs; of heads that were known before, only those that can meet. */
export async function mergeMeeting(folder: GitFolder, place: GitPlace, question: Question): Promise<Merged> {
  const { base, known, pairs } = question;
  const all = [...new Set(pairs.flat())];
  const fresh = all.filter((head) => !known.heads.has(head));
  const heads = new Map(all.flatMap((head) => known.heads.get(head) ?? []).map((one) => [one.head, one]));
  for (const one of await learnt(folder, place, question, fresh)) heads.set(one.head, one);
  remember(known, heads.values());

  const selective = fresh.length < all.length || pairs.length >= MANY;
  const toMerge = pairs.flatMap(([a, b], at) => {
    const [one, other] = [heads.get(a), heads.get(b)];
    const mergeable = one !== undefined && other !== undefined && isMergeable(one) && isMergeable(other);
    return mergeable && (!selective || meeting(one, other)) ? [{ at, one, other }] : [];
  });
  await makeAgain(
    folder,
    place,
    base,
    fresh,
    toMerge.flatMap(({ one, other }) => [one, other]),
  );
  const outcomes: (MergedTrees | undefined)[] = pairs.map(() => undefined);
  for (const [own, group] of byAttributes(toMerge)) {
    const merges = group.map(({ one, other }) => [commitOf(one), commitOf(other)] as const);
    const merged =
      own === undefined
        ? await mergeBatch(folder, place, merges)
        : await withOwnAttributes(folder, place, known, own, (there) => mergeBatch(folder, there, merges));
    for (const [which, { at }] of group.entries()) outcomes[at] = merged[which];
  }
  return { heads, outcomes };
}

/** Finds out about heads: whether they go with the base, and what they change there. */
async function learnt(
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

/** Merges with the base stood in the quarantine of an earlier forecast: the same commits are made here. */
async function makeAgain(
  folder: GitFolder,
  place: GitPlace,
  base: Sha,
  fresh: readonly Sha[],
  needed: readonly KnownHead[],
): Promise<void> {
  const gone = needed.filter((one) => commitOf(one) !== one.head && !fresh.includes(one.head));
  await onBase(folder, place, base, [...new Set(gone.map(({ head }) => head))]);
}

type Pair = { readonly at: number; readonly one: KnownHead; readonly other: KnownHead };

/** Pairs together whose merge obeys the same attributes: the base's, or those of a first head that changed them. */
function byAttributes(pairs: readonly Pair[]): ReadonlyMap<KnownHead | undefined, readonly Pair[]> {
  const groups = new Map<KnownHead | undefined, Pair[]>();
  for (const pair of pairs) {
    const own = [...pair.one.names.changed].some(isAttributes) ? pair.one : undefined;
    const group = groups.get(own);
    if (group === undefined) groups.set(own, [pair]);
    else group.push(pair);
  }
  return groups;
}

async function withOwnAttributes<Result>(
  folder: GitFolder,
  place: GitPlace,
  known: KnownBase,
  head: KnownHead,
  use: (place: GitPlace) => Promise<Result>,
): Promise<Result> {
  const { workTree: _work, cwd: _cwd, ...call } = place.call;
  const paths = [...new Set([...known.attributePaths, ...head.names.changed])];
  const texts = await attributesOf(folder, commitOf(head), paths, call);
  return withAttributes(folder, texts, (own) =>
    use({ settings: [...own.settings, '-c', 'core.looseCompression=0'], call: { ...call, ...own.call } }),
  );
}

function isMergeable({ onBase: one, names }: KnownHead): boolean {
  return one.clean && names.broken === undefined;
}

function commitOf({ head, onBase: one }: KnownHead): Sha {
  if (!one.clean) throw new Error(`${head} does not go with its base`);
  return one.commit;
}

function meeting(one: KnownHead, other: KnownHead): boolean {
  if (one.lineage === undefined || other.lineage === undefined) return true;
  return canMeet({ ...one.names, ...one.lineage }, { ...other.names, ...other.lineage });
}
