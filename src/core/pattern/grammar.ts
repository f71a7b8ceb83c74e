/** A wildcard in the text of a pattern, below every code point. */
export const STAR = -1;
export const QUESTION = -2;
export const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * What is known of the segment that a pattern's text has reached. A pattern is read symbol by symbol, so that braces are
 * alternatives in the reading and never have to be multiplied out.
 */
export const START = 0; // nothing read yet
export const SEGMENT = 1; // just after `/`
export const DOT_ONE = 2; // the segment is `.`
export const DOT_TWO = 3; // the segment is `..`
export const STAR_ONE = 4; // the segment is `*`, or the first half of `**`
export const STAR_TWO = 5; // the segment is `**`
export const NAME = 6; // any other segment
export const NAME_STAR = 7; // any other segment, ending in `*`
export const STATUSES = 8;

/** Why a pattern is not one: the end of a sentence that begins with the pattern. */
export type Fault =
  | 'is empty'
  | 'begins with `/`'
  | 'has a `.` segment'
  | 'has a `..` segment'
  | 'has an empty segment'
  | 'has a `**` that shares its segment'
  | 'contains a backslash'
  | 'contains a control character'
  | 'is not well-formed Unicode'
  | 'stands for a path of more than 4,096 characters'
  | 'is longer than 65,536 characters'
  | 'has a `{` that is not closed'
  | 'has a `}` that closes nothing'
  | 'has a brace inside a brace'
  | 'has an empty alternative in a brace'
  | 'has a brace with a single alternative';

/** The status after one more symbol (code point, `STAR` or `QUESTION`), or what is wrong with that. */
export const read = (status: number, symbol: number): number | Fault => {
  if (status === STAR_TWO && symbol !== SLASH) return 'has a `**` that shares its segment';
  if (symbol === SLASH) {
    if (status === START) return 'begins with `/`';
    if (status === SEGMENT) return 'has an empty segment';
    return finish(status) ?? SEGMENT;
  }
  if (symbol === STAR) {
    if (status === START || status === SEGMENT) return STAR_ONE;
    if (status === STAR_ONE) return STAR_TWO;
    return status === NAME_STAR ? 'has a `**` that shares its segment' : NAME_STAR;
  }
  if (symbol === DOT) {
    if (status === START || status === SEGMENT) return DOT_ONE;
    if (status === DOT_ONE) return DOT_TWO;
  }
  return NAME;
};

/** What is wrong with a text that ends at this status. */
export const finish = (status: number): Fault | undefined => {
  if (status === START) return 'is empty';
  if (status === DOT_ONE) return 'has a `.` segment';
  if (status === DOT_TWO) return 'has a `..` segment';
  return undefined;
};
