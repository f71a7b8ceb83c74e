/** Share of all from which on one of several ways is called the way of a member. */
const CLEAR = 0.6;

/** The way that is taken most, `mixed` when none is clear; undefined when there are fewer than `least`. */
export const dominant = (ways: readonly string[], least = 1): string | undefined => {
  if (ways.length < least || ways.length === 0) return undefined;
  const [first] = [...Map.groupBy(ways, (way) => way)].sort(
    ([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1),
  );
  if (first === undefined) return undefined;
  return first[1].length / ways.length >= CLEAR ? first[0] : 'mixed';
};
