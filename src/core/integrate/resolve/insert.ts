/** Lists of names that two sides have added to. */
type Compare = (a: string, b: string) => number;

const byCode: Compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** How npm sorts dependencies. */
const byLanguage: Compare = (a, b) => a.localeCompare(b, 'en');

const isSorted = (names: readonly string[], compare: Compare): boolean =>
  names.every((name, at) => at === 0 || compare(names[at - 1] ?? '', name) <= 0);

/**
 * Puts names into a list where they belong: in order when both lists are sorted, else behind the name that they follow
 * in the other list, after what was added there already. Answers with the whole list.
 */
export const insertAll = (
  list: readonly string[],
  other: readonly string[],
  added: ReadonlySet<string>,
): readonly string[] => {
  const compare = [byCode, byLanguage].find((one) => isSorted(list, one) && isSorted(other, one));
  const result = [...list];
  const theirs = new Set(other);
  for (const [at, name] of other.entries()) {
    if (!added.has(name)) continue;
    let place: number;
    if (compare === undefined) {
      const before = other.slice(0, at).findLast((one) => result.includes(one));
      place = before === undefined ? 0 : result.indexOf(before) + 1;
      while (place < result.length && !theirs.has(result[place] ?? '')) place += 1;
    } else {
      const found = result.findIndex((one) => compare(one, name) > 0);
      place = found < 0 ? result.length : found;
    }
    result.splice(place, 0, name);
  }
  return result;
};
