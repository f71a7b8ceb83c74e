/** The merges of a forecast, inside a quarantine: new heads with the base, then the pairs that can meet. */
import type { Sha } from '#core/types.ts';
import { type GitPlace, withAttributes } from './attributes.ts';
import { guessMerges } from './forecast-guess.ts';
import { learnHeads, type Question } from './forecast-heads.ts';
import { type KnownBase, type KnownHead, remember } from './forecast-memory.ts';
import { commitOf, hasOwnAttributes, isMergeable, meeting } from './known-head.ts';
import { mergeBatch } from './merge-batch.ts';
import type { MergedTrees } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';
import { onBase } from './on-base.ts';
import { attributesOf } from './tree-names.ts';

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
  const [found, guesses] = await Promise.all([
    learnHeads(folder, place, question, fresh),
    guessMerges(folder, place, question, fresh),
  ]);
  for (const one of found) heads.set(one.head, one);
  remember(known, heads.values());

  const selective = fresh.length < all.length || pairs.length >= MANY;
  const meetings = pairs.flatMap(([a, b], at) => {
    const [one, other] = [heads.get(a), heads.get(b)];
    const mergeable = one !== undefined && other !== undefined && isMergeable(one) && isMergeable(other);
    return mergeable && (!selective || meeting(one, other)) ? [{ at, one, other }] : [];
  });
  const holds = (pair: Pair): MergedTrees | undefined => (asGuessed(pair) ? guesses.get(pair.at) : undefined);
  const toMerge = meetings.filter((pair) => holds(pair) === undefined);
  await makeAgain(
    folder,
    place,
    base,
    fresh,
    toMerge.flatMap(({ one, other }) => [one, other]),
  );
  const outcomes: (MergedTrees | undefined)[] = pairs.map(() => undefined);
  for (const pair of meetings) outcomes[pair.at] = holds(pair);
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

/** A guess was made with both heads as they are, and with the base's attributes. */
const asGuessed = ({ one, other }: Pair): boolean =>
  commitOf(one) === one.head && commitOf(other) === other.head && !hasOwnAttributes(one);

type Pair = { readonly at: number; readonly one: KnownHead; readonly other: KnownHead };

/** Pairs together whose merge obeys the same attributes: the base's, or those of a first head that changed them. */
function byAttributes(pairs: readonly Pair[]): ReadonlyMap<KnownHead | undefined, readonly Pair[]> {
  const groups = new Map<KnownHead | undefined, Pair[]>();
  for (const pair of pairs) {
    const own = hasOwnAttributes(pair.one) ? pair.one : undefined;
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
