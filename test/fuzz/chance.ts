/** Chance from a seed: the same seed tells the same story on every machine. */
export type Chance = {
  /** A whole number from 0, below `below`. */
  readonly below: (below: number) => number;
  readonly one: <Value>(of: readonly Value[]) => Value;
  /** True once in `times`. */
  readonly once: (times: number) => boolean;
};

/** Mulberry32: 32 bits of state, good enough to choose edits with. */
export const chanceOf = (seed: number): Chance => {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    one: (of) => {
      const value = of[below(of.length)];
      if (value === undefined) throw new Error('nothing to choose from');
      return value;
    },
    once: (times) => below(times) === 0,
  };
};
