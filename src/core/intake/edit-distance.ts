/** Whether one edit makes one word the other: a letter added, left out, replaced, or two neighbours exchanged. */
export const isOneEditAway = (one: string, other: string): boolean => {
  if (Math.abs(one.length - other.length) > 2) return false;
  const [a, b] = one.length <= other.length ? [[...one], [...other]] : [[...other], [...one]];
  if (b.length - a.length > 1 || one === other) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const rest = (word: readonly string[], from: number): string => word.slice(from).join('');
  if (a.length < b.length) return rest(a, at) === rest(b, at + 1);
  if (rest(a, at + 1) === rest(b, at + 1)) return true;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && rest(a, at + 2) === rest(b, at + 2);
};
