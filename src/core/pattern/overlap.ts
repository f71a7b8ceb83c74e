import { commonPath } from './common-path.ts';
import { fileAndFolder } from './file-and-folder.ts';
import { isLiteral, matches, type Pattern } from './pattern.ts';

/** Whether two keys that end as written, without a wildcard or brace, can end one path. */
const tailsMeet = (one: Pattern, other: Pattern): boolean => {
  for (let back = 1; ; back++) {
    const mine = one.key.at(-back);
    const theirs = other.key.at(-back);
    if (mine === undefined || theirs === undefined) return true;
    if ('*?}/'.includes(mine) || '*?}/'.includes(theirs)) return true;
    if (mine !== theirs) return false;
  }
};

/** The shortest path that both patterns match. */
const shared = (one: Pattern, other: Pattern): string | undefined => {
  if (isLiteral(one)) return matches(other, one.key) ? one.text : undefined;
  if (isLiteral(other)) return matches(one, other.key) ? other.text : undefined;
  return tailsMeet(one, other) ? commonPath(one.automaton(), other.automaton()) : undefined;
};

/** A file that `one` may name and `other` spells out as a folder. */
const clash = (one: Pattern, other: Pattern): string | undefined =>
  isLiteral(one) && !other.braces
    ? other.key.startsWith(`${one.key}/`)
      ? one.text
      : undefined
    : fileAndFolder(one.automaton(), other.automaton());

/**
 * An example path when two patterns overlap (spec 2.3), the shortest; undefined when they do not. When they meet only
 * because one names a file that the other spells out as a folder, the example is that file.
 */
export const overlap = (one: Pattern, other: Pattern): string | undefined =>
  shared(one, other) ?? clash(one, other) ?? clash(other, one);
