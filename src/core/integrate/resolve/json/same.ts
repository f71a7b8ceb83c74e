import type { Json } from './read.ts';

/** Do two values say the same? Numbers as written, so that none is rounded; white space aside; `ordered`: keys in one order. */
export const same = (a: Json, b: Json, ordered: boolean): boolean => {
  if (a.text === b.text) return true;
  if (a.kind === 'object' && b.kind === 'object') {
    if (a.members.length !== b.members.length) return false;
    return a.members.every((member, at) => {
      const other = ordered ? b.members[at] : b.byKey.get(member.key);
      return other !== undefined && other.key === member.key && same(member.value, other.value, ordered);
    });
  }
  if (a.kind === 'array' && b.kind === 'array')
    return (
      a.elements.length === b.elements.length &&
      a.elements.every((element, at) => {
        const other = b.elements[at];
        return other !== undefined && same(element.value, other.value, ordered);
      })
    );
  return false;
};
