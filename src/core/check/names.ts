import type { Pattern } from '#core/pattern/pattern.ts';
import { writtenOut } from '#core/pattern/written-out.ts';

/** Braces that stand for more names than this are not spelled out one by one. */
const MOST_NAMES = 256;

/** The paths that a pattern without wildcards names, braces written out; none for one with wildcards or too many names. */
export const namesOf = (pattern: Pattern): readonly string[] =>
  pattern.wildcards ? [] : (writtenOut(pattern.text, MOST_NAMES) ?? []);
