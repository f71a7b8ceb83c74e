import { SLASH } from './grammar.ts';

const DOT = 0x2e;

/** At most so many shapes; these two are in all machines. */
export const SHAPES = 8;
export const BETWEEN = 0; // a segment has ended, so a path may end
export const BEGIN = 4; // nothing read yet: no path ends here

/**
 * What can be a path at all, as a machine over the text that patterns read (every segment ended by `/`), beginning with
 * `BEGIN`. It answers the shape after one more code point, -1 when no path goes on like that. `wild` says that the first
 * of two compared patterns read the point with a wildcard.
 */
export type PathShape = (shape: number, point: number, wild: boolean) => number;

/** No segment is empty, `.` or `..`: shapes 1 and 2 have read dots only, 3 is a name. */
export const anyPath: PathShape = (shape, point) => {
  if (point === SLASH) return shape === 3 ? BETWEEN : -1;
  if (point !== DOT) return 3;
  return shape === BETWEEN || shape === BEGIN ? 1 : Math.min(shape + 1, 3);
};
