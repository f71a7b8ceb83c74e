import type { Automaton } from './automaton.ts';

/**
 * An automaton in flat lists, for loops that visit millions of pairs: what leaves state i stands from `stepsAt[i]` up to
 * `stepsAt[i + 1]`, and so on.
 */
export type Packed = {
  readonly size: number;
  readonly accepts: readonly boolean[];
  readonly stepsAt: readonly number[];
  readonly symbols: readonly number[];
  readonly shown: readonly number[];
  readonly stepTo: readonly number[];
  readonly wildAt: readonly number[];
  readonly wildTo: readonly number[];
  readonly freeAt: readonly number[];
  readonly freeTo: readonly number[];
};

/** The flat form of an automaton. */
export const packed = ({ states }: Automaton): Packed => {
  const accepts: boolean[] = [];
  const [stepsAt, symbols, shown, stepTo] = [[0], [] as number[], [] as number[], [] as number[]];
  const [wildAt, wildTo, freeAt, freeTo] = [[0], [] as number[], [0], [] as number[]];
  for (const state of states) {
    accepts.push(state.accepts);
    for (const step of state.steps) {
      symbols.push(step.symbol);
      shown.push(step.shown);
      stepTo.push(step.to);
    }
    for (const to of state.wild) wildTo.push(to);
    for (const to of state.free) freeTo.push(to);
    stepsAt.push(stepTo.length);
    wildAt.push(wildTo.length);
    freeAt.push(freeTo.length);
  }
  return { size: states.length, accepts, stepsAt, symbols, shown, stepTo, wildAt, wildTo, freeAt, freeTo };
};
