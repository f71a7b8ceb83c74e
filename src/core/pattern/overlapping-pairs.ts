import { overlap } from './overlap.ts';
import type { Pattern } from './pattern.ts';
import { possiblePairs } from './possible-pairs.ts';

/** Who owns which patterns, in the order written. */
export type Owner = { readonly owner: number; readonly patterns: readonly Pattern[] };

/** Two owners that overlap: the first two patterns that do, in the order written, and an example path. */
export type OverlappingPair = {
  readonly a: number;
  readonly b: number;
  readonly patternA: Pattern;
  readonly patternB: Pattern;
  readonly path: string;
};

/** An owner's use of a pattern: which owner, and where among its patterns. */
type Use = { readonly at: number; readonly rank: number; readonly pattern: Pattern };

type Meeting = { readonly with: Pattern; readonly path: string };

/** Every pattern, once a key, with those that it overlaps. */
const meetings = (patterns: Iterable<Pattern>): Map<string, Meeting[]> => {
  const met = new Map<string, Meeting[]>();
  const note = (one: Pattern, other: Pattern, path: string): void => {
    const known = met.get(one.key);
    if (known === undefined) met.set(one.key, [{ with: other, path }]);
    else known.push({ with: other, path });
  };
  for (const [one, other] of possiblePairs([...patterns])) {
    const path = overlap(one, other);
    if (path === undefined) continue;
    note(one, other, path);
    note(other, one, path);
  }
  return met;
};

/**
 * Every two owners of which neither is `ordered` with the other and that overlap, once, earlier owner first. Patterns are
 * compared once a key and only with those that an index of their literal beginnings and ends leaves over.
 */
export const overlappingPairs = (
  owners: readonly Owner[],
  ordered: (a: number, b: number) => boolean,
): OverlappingPair[] => {
  const uses = new Map<string, Use[]>();
  for (const [at, { patterns }] of owners.entries()) {
    for (const [rank, pattern] of patterns.entries()) {
      const known = uses.get(pattern.key);
      if (known === undefined) uses.set(pattern.key, [{ at, rank, pattern }]);
      else if (known.at(-1)?.at !== at) known.push({ at, rank, pattern });
    }
  }
  const shared = [...uses.values()];
  const met = meetings(shared.flatMap(([first]) => (first === undefined ? [] : [first.pattern])));

  /** The patterns that meet a pattern, itself among them when others use it too. */
  const meet = (pattern: Pattern): readonly Meeting[] => {
    const own = (uses.get(pattern.key)?.length ?? 0) > 1 ? overlap(pattern, pattern) : undefined;
    return [...(own === undefined ? [] : [{ with: pattern, path: own }]), ...(met.get(pattern.key) ?? [])];
  };

  const pairs: OverlappingPair[] = [];
  for (const [at, { owner: a, patterns }] of owners.entries()) {
    const later = owners.length - at - 1;
    const found = new Map<number, OverlappingPair | undefined>();
    for (const patternA of patterns) {
      if (found.size === later) break;
      const first = new Map<number, Use & { readonly path: string }>();
      for (const { with: other, path } of meet(patternA)) {
        for (const use of uses.get(other.key) ?? []) {
          if (use.at <= at || found.has(use.at)) continue;
          if (use.rank < (first.get(use.at)?.rank ?? Number.POSITIVE_INFINITY)) first.set(use.at, { ...use, path });
        }
      }
      for (const [other, { pattern: patternB, path }] of first) {
        const b = owners[other]?.owner ?? 0;
        found.set(other, ordered(a, b) ? undefined : { a, b, patternA, patternB, path });
      }
    }
    const inOrder = [...found].sort(([one], [other]) => one - other);
    for (const [, pair] of inOrder) if (pair !== undefined) pairs.push(pair);
  }
  return pairs;
};
