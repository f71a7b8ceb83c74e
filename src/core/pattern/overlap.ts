import { commonPath } from './common-path.ts';
import { fileAndFolder } from './file-and-folder.ts';
import { beginning, ending } from './literal-ends.ts';
import { isLiteral, matches, type Pattern } from './pattern.ts';

const oneBegins = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);
const oneEnds = (one: string, other: string): boolean => one.endsWith(other) || other.endsWith(one);

/** The shortest path that both patterns match. */
const shared = (one: Pattern, other: Pattern): string | undefined => {
  if (isLiteral(one)) return matches(other, one.key) ? one.text : undefined;
  if (isLiteral(other)) return matches(one, other.key) ? other.text : undefined;
  return oneEnds(ending(one), ending(other)) ? commonPath(one, other) : undefined;
};

/** The file that one of two patterns may name and the other spells out as a folder; git cannot hold both (spec 2.3). */
export const clash = (one: Pattern, other: Pattern): string | undefined => {
  if (isLiteral(one) && !other.braces) return other.key.startsWith(`${one.key}/`) ? one.text : undefined;
  return fileAndFolder(one.automaton(), other.automaton());
};

/**
 * An example path when two patterns overlap (spec 2.3), the shortest; undefined when they do not. When they meet only
 * because one names a file that the other spells out as a folder, the example is that file.
 */
export const overlap = (one: Pattern, other: Pattern): string | undefined =>
  oneBegins(beginning(one), beginning(other))
    ? (shared(one, other) ?? clash(one, other) ?? clash(other, one))
    : undefined;
