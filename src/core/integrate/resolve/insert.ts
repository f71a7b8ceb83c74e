/** Lists of names that two sides have added to. */
type Compare = (a: string, b: string) => number;

const byCode: Compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** How npm sorts dependencies. */
const byLanguage: Compare = new Intl.Collator('en').compare;

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
  const fresh = other.filter((name) => added.has(name));
  return compare === undefined ? behind(list, other, added) : inOrder(list, fresh, compare);
};

const inOrder = (list: readonly string[], fresh: readonly string[], compare: Compare): readonly string[] => {
  const result: string[] = [];
  let next = 0;
  for (const name of list) {
    for (; next < fresh.length && compare(fresh[next] ?? '', name) < 0; next += 1) result.push(fresh[next] ?? '');
    result.push(name);
  }
  return [...result, ...fresh.slice(next)];
};

const behind = (list: readonly string[], other: readonly string[], added: ReadonlySet<string>): readonly string[] => {
  const standing = new Set(list);
  const followers = new Map<string | undefined, string[]>();
  let anchor: string | undefined;
  for (const name of other) {
    if (standing.has(name)) anchor = name;
    else if (added.has(name)) {
      const found = followers.get(anchor) ?? [];
      found.push(name);
      followers.set(anchor, found);
    }
  }
  const theirs = new Set(other);
  const result: string[] = [];
  let waiting = followers.get(undefined) ?? [];
  for (const name of list) {
    // What ours alone has stays where it is, before what comes new.
    if (theirs.has(name)) {
      result.push(...waiting);
      waiting = followers.get(name) ?? [];
    }
    result.push(name);
  }
  return [...result, ...waiting];
};
