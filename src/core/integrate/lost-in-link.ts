import type { Difference, Link, TreeEntry } from '#core/types.ts';
import { type Corner, movesOf } from './moves.ts';
import { mergedEntry, sameEntry } from './three-way.ts';

/** A path that is not what it should be after a merge; an absent entry means no such path. */
export type Lost = { readonly path: string; readonly expected?: TreeEntry; readonly found?: TreeEntry };

/**
 * What one merge lost: each path that at most one side changed since the fork must be what that side made of it. `into` is
 * what the chain had changed since the fork; `owned`: what a resolver wrote, which no renamed file explains. How git merges
 * what both sides changed is no business of this check.
 */
export const lostIn = (
  link: Link,
  into: ReadonlyMap<string, Difference>,
  owned: (path: string) => boolean = () => false,
): readonly Lost[] => {
  const unsettled = new Set(link.unsettled);
  const corners = cornersOf(link, into);
  const wrong = corners.flatMap((corner) => {
    if (owned(corner.path)) return [];
    const isUnsettled = unsettled.has(corner.path);
    const expected = expectedOf(corner, isUnsettled);
    if (expected === 'both') return isUndone(corner, isUnsettled) ? [{ corner, expected: corner.head }] : [];
    return sameEntry(expected, corner.result) ? [] : [{ corner, expected }];
  });
  const says = ({ corner, expected }: (typeof wrong)[number]) => lost(corner.path, expected, corner.result);
  // A file may have been renamed from a path on which the merge bases differ: nobody can say what it was.
  if (unsettled.size > 0)
    return wrong.filter(({ corner }) => corner.fork !== undefined || corner.result === undefined).map(says);
  const moves = movesOf(corners, into, new Set(wrong.map(({ corner }) => corner.path)));
  return [
    ...wrong.filter(({ corner }) => !moves.explained.has(corner.path)).map(says),
    ...moves.broken.map(({ path, expected, found }) => lost(path, expected, found)),
  ];
};

/** Where the merge bases differ, only what both sides agree on is certain. */
const expectedOf = ({ fork, into, head }: Corner, unsettled: boolean): ReturnType<typeof mergedEntry> => {
  if (!unsettled) return mergedEntry(fork, into, head);
  return sameEntry(into, head) ? into : 'both';
};

/** Both sides changed it, each its own way: then it is there, and not what it was at the fork. */
const isUndone = ({ fork, into, head, result }: Corner, unsettled: boolean): boolean => {
  if (into === undefined || head === undefined) return false;
  if (result === undefined) return true;
  return !unsettled && result.blob === fork?.blob && into.blob !== fork.blob && head.blob !== fork.blob;
};

const lost = (path: string, expected: TreeEntry | undefined, found: TreeEntry | undefined): Lost => ({
  path,
  ...(expected === undefined ? {} : { expected }),
  ...(found === undefined ? {} : { found }),
});

/** The paths that the member or the merge touched; at any other, the chain's own is there by definition. */
const cornersOf = ({ changed, brought }: Link, into: ReadonlyMap<string, Difference>): readonly Corner[] => {
  const heads = new Map(changed.map((one) => [one.path, one]));
  const results = new Map(brought.map((one) => [one.path, one]));
  return [...new Set([...heads.keys(), ...results.keys()])].map((path) => {
    const [ours, theirs, result] = [into.get(path), heads.get(path), results.get(path)];
    const fork = ours !== undefined ? ours.before : theirs !== undefined ? theirs.before : result?.before;
    const before = ours === undefined ? fork : ours.after;
    return {
      path,
      fork,
      into: before,
      head: theirs === undefined ? fork : theirs.after,
      result: result === undefined ? before : result.after,
    };
  });
};
