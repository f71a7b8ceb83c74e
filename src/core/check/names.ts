import type { Pattern } from '#core/pattern/pattern.ts';

/** Braces that stand for more names than this are not spelled out one by one. */
const MOST_NAMES = 256;

/** The paths that a pattern without wildcards names, braces written out; none for one with wildcards or too many names. */
export const namesOf = (pattern: Pattern): readonly string[] => (pattern.wildcards ? [] : (writtenOut(pattern) ?? []));

/** The texts that a pattern's braces stand for; undefined when they are too many. */
export const writtenOut = (pattern: Pattern): readonly string[] | undefined => {
  if (!pattern.braces) return [pattern.text];
  let names = [''];
  for (const part of pattern.text.split(/(\{[^{}]*\})/)) {
    const choices = part.startsWith('{') ? part.slice(1, -1).split(',') : [part];
    if (names.length * choices.length > MOST_NAMES) return undefined;
    names = names.flatMap((name) => choices.map((choice) => name + choice));
  }
  return names;
};
