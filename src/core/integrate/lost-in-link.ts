import type { Difference, Link, TreeEntry } from '#core/types.ts';
import { type Corner, movesOf } from './moves.ts';
import { mergedEntry, sameEntry } from './three-way.ts';

/** A path that is not what it should be after a merge; an absent entry means no such path. */
export type Lost = { readonly path: string; readonly expected?: TreeEntry; readonly found?: TreeEntry };

/**
 * What one merge lost: each path that at most one side changed since the fork must be what that side made of it. `into` is
 * what the chain had changed since the fork. What both sides changed is git's to merge, and no business of this check.
 */
export const lostIn = (link: Link, into: ReadonlyMap<string, Difference>): readonly Lost[] => {
  const unsettled = new Set(link.unsettled);
  const corners = cornersOf(link, into).filter(({ path }) => !unsettled.has(path));
  const wrong = corners.flatMap((corner) => {
    const expected = mergedEntry(corner.fork, corner.into, corner.head);
    return expected === 'both' || sameEntry(expected, corner.result)
      ? []
      : [lost(corner.path, expected, corner.result)];
  });
  const moves = movesOf(
    corners,
    into,
    wrong.map(({ path }) => path),
  );
  return [
    ...wrong.filter(({ path }) => !moves.explained.has(path)),
    ...moves.broken.map(({ path, expected, found }) => lost(path, expected, found)),
  ];
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
