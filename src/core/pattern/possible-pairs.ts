import { endingIndex } from './ending-index.ts';
import { beginnings } from './literal-ends.ts';
import { isLiteral, type Pattern } from './pattern.ts';

/** Patterns that share a literal beginning. */
type Group = { readonly beginning: string; readonly members: Pattern[] };

/** A group that others may stand in; its index is made for the first that does, because most groups stand alone. */
type Around = { readonly group: Group; endings?: ReturnType<typeof endingIndex> };

/** Groups in order of their beginnings, so that a group stands somewhere before all whose beginning goes on from its own. */
const grouped = (patterns: readonly Pattern[]): Group[] => {
  const groups = new Map<string, Group>();
  for (const pattern of patterns) {
    for (const beginning of new Set(beginnings(pattern))) {
      const known = groups.get(beginning);
      if (known === undefined) groups.set(beginning, { beginning, members: [pattern] });
      else known.members.push(pattern);
    }
  }
  return [...groups.values()].sort((one, other) => (one.beginning < other.beginning ? -1 : 1));
};

/**
 * All pairs of the given patterns (each given once) that may overlap, each pair once: one literal beginning begins the
 * other, and the ends meet, unless one may name a file that the other spells out as a folder. Time grows with the number
 * of patterns and of pairs answered, not with the square.
 */
export function* possiblePairs(patterns: readonly Pattern[]): Generator<readonly [Pattern, Pattern]> {
  /** Pairs with a pattern that has several beginnings, which may be met more than once. */
  const told = new Map<Pattern, Set<Pattern>>();
  const isNew = (one: Pattern, other: Pattern): boolean => {
    if (!one.braces && !other.braces) return true;
    if (told.get(one)?.has(other) || told.get(other)?.has(one)) return false;
    const known = told.get(one);
    if (known === undefined) told.set(one, new Set([other]));
    else known.add(other);
    return true;
  };

  const around: Around[] = [];
  for (const group of grouped(patterns)) {
    while (around.length > 0 && !group.beginning.startsWith(around.at(-1)?.group.beginning ?? '')) around.pop();
    around.push({ group });
    const places = new Map(group.members.length > 1 ? group.members.map((member, index) => [member, index]) : []);
    for (const [index, pattern] of group.members.entries()) {
      for (const outer of around) {
        const within = outer.group === group;
        if (within && group.members.length === 1) continue;
        // Who names a file stands in the same group as the folder or around it; there its end says nothing.
        const anyEnd = within && (pattern.braces || isLiteral(pattern));
        if (!anyEnd) outer.endings ??= endingIndex(outer.group.members);
        for (const other of anyEnd ? group.members : (outer.endings?.(pattern) ?? [])) {
          if (within && (places.get(other) ?? 0) <= index) continue;
          if (pattern !== other && isNew(pattern, other)) yield [pattern, other];
        }
      }
    }
  }
}
