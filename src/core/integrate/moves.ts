import type { Difference, TreeEntry } from '#core/types.ts';
import { oneSided, sameEntry } from './three-way.ts';

/** The four trees of a merge at one path; absent where there is no such path. */
export type Corner = {
  readonly path: string;
  readonly fork: TreeEntry | undefined;
  readonly into: TreeEntry | undefined;
  readonly head: TreeEntry | undefined;
  readonly result: TreeEntry | undefined;
};

/** Paths that differ because a renamed file carries the other side's change, and renames that lost that change. */
export type Moves = {
  readonly explained: ReadonlySet<string>;
  readonly broken: readonly { path: string; expected: TreeEntry | undefined; found: TreeEntry | undefined }[];
};

type Side = 'into' | 'head';

/** Git never takes an empty file for a renamed one. */
const EMPTY =
  /^(?:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391|473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813)$/;

/**
 * A file that one side changed and the other took away is in the result under a new name, or the merge would have been a
 * conflict. Which name is certain when exactly one file with the old content went and came; else each such file
 * explains one `wrong` path among those that came.
 */
export const movesOf = (
  corners: readonly Corner[],
  into: ReadonlyMap<string, Difference>,
  wrong: ReadonlySet<string>,
): Moves => {
  const explained = new Set<string>();
  const broken: Moves['broken'][number][] = [];
  for (const side of ['into', 'head'] as const) {
    const other: Side = side === 'into' ? 'head' : 'into';
    const left = corners.filter(
      (one) =>
        one.fork !== undefined &&
        one[side] === undefined &&
        one[other] !== undefined &&
        one.result === undefined &&
        !sameEntry(one[other], one.fork),
    );
    if (left.length === 0) continue;
    const all = side === 'into' ? withChain(corners, into) : corners;
    const came = all.filter((one) => one.fork === undefined && one[side] !== undefined);
    const gone = all.filter((one) => one.fork !== undefined && one[side] === undefined);
    let guesses = 0;
    for (const file of left) {
      const target = certainTarget(file, side, gone, came);
      if (target === undefined) guesses += 1;
      else {
        explained.add(target.path);
        const expected = moved(file, target, side, other);
        if (expected !== 'both' && !sameEntry(expected, target.result))
          broken.push({ path: target.path, expected, found: target.result });
      }
      if (came.length === 0 || EMPTY.test(file.fork?.blob ?? ''))
        broken.push({ path: file.path, expected: file[other], found: undefined });
    }
    const free = came.filter(({ path, result }) => result !== undefined && wrong.has(path) && !explained.has(path));
    for (const { path } of free.slice(0, guesses)) explained.add(path);
  }
  return { explained, broken };
};

/** Also the paths that only the chain had touched: a file may have been renamed to one of them. */
const withChain = (corners: readonly Corner[], into: ReadonlyMap<string, Difference>): readonly Corner[] => {
  const known = new Set(corners.map(({ path }) => path));
  const others = [...into.values()].filter(({ path }) => !known.has(path));
  return [
    ...corners,
    ...others.map(({ path, before, after }) => ({ path, fork: before, into: after, head: before, result: after })),
  ];
};

const certainTarget = (
  file: Corner,
  side: Side,
  gone: readonly Corner[],
  came: readonly Corner[],
): Corner | undefined => {
  const blob = file.fork?.blob;
  if (gone.filter(({ fork }) => fork?.blob === blob).length !== 1) return undefined;
  const [target, ...more] = came.filter((one) => one[side]?.blob === blob);
  // What the other side added under the new name is merged with it.
  if (target === undefined || more.length > 0 || (target.into !== undefined && target.head !== undefined))
    return undefined;
  return target[side]?.mode.slice(0, 3) === file.fork?.mode.slice(0, 3) ? target : undefined;
};

/** The moved file with the other side's content; the mode is merged. */
const moved = (file: Corner, target: Corner, side: Side, other: Side): TreeEntry | 'both' => {
  const [fork, there, here] = [file.fork, target[side], file[other]];
  if (fork === undefined || there === undefined || here === undefined) return 'both';
  const mode = oneSided(fork.mode, there.mode, here.mode);
  return mode === undefined ? 'both' : { mode, blob: here.blob };
};
