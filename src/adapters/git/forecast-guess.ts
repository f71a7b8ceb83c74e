/** A branch that was pushed again mostly meets whom it met before: those merges need not wait for what it changes now. */
import type { Sha } from '#core/types.ts';
import type { GitPlace } from './attributes.ts';
import type { Question } from './forecast-heads.ts';
import type { KnownHead } from './forecast-memory.ts';
import { commitOf, hasOwnAttributes, isMergeable, meeting } from './known-head.ts';
import { mergeBatch } from './merge-batch.ts';
import type { MergedTrees } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';

/**
 * Merges the one new head with those that the last head which is asked about no more could meet; by place among the pairs.
 * What it is worth is decided when the new head is known.
 */
export async function guessMerges(
  folder: GitFolder,
  place: GitPlace,
  { known, pairs }: Question,
  fresh: readonly Sha[],
): Promise<ReadonlyMap<number, MergedTrees>> {
  const [head, ...more] = fresh;
  const asked = new Set(pairs.flat());
  const before = [...known.heads.values()].filter((one) => !asked.has(one.head)).at(-1);
  if (head === undefined || more.length > 0 || before === undefined || !isMergeable(before)) return new Map();
  const likely = pairs.flatMap((pair, at) => {
    const other = known.heads.get(pair[0] === head ? pair[1] : pair[0]);
    return pair.includes(head) && other !== undefined && isLikely(before, other) ? [{ pair, at }] : [];
  });
  const merged = await mergeBatch(
    folder,
    place,
    likely.map(({ pair }) => pair),
  );
  return new Map(likely.flatMap(({ at }, which) => (merged[which] === undefined ? [] : [[at, merged[which]]])));
}

const isLikely = (before: KnownHead, other: KnownHead): boolean =>
  isMergeable(other) && commitOf(other) === other.head && !hasOwnAttributes(other) && meeting(before, other);
