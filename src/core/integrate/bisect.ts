/** Does something fail with the first so many of a row? Asked as seldom as possible, because an answer may take minutes. */
export type FailsWith = (count: number) => Promise<boolean>;

/**
 * The smallest count from `green + 1` to `red` with which it fails, when it passes with `green` and fails with `red`;
 * each answer halves what is left.
 */
export const firstFailing = async (green: number, red: number, fails: FailsWith): Promise<number> => {
  let [low, high] = [green, red];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await fails(middle)) high = middle;
    else low = middle;
  }
  return high;
};
