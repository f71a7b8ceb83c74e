/** Chance that can be had again: the same seed draws the same. */
export const seeded = (seed: number) => {
  let state = seed >>> 0;
  /** From 0 up to 1 (mulberry32). */
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** So many of a list, in the list's order. */
    some: <Value>(list: readonly Value[], count: number): readonly Value[] => {
      const left = list.map((_, index) => index);
      const drawn = Array.from({ length: count }, () => left.splice(Math.floor(next() * left.length), 1)[0] ?? 0);
      return drawn.sort((a, b) => a - b).flatMap((index) => list.slice(index, index + 1));
    },
  };
};
