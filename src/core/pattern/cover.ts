import type { Automaton, State } from './automaton.ts';
import { SLASH } from './grammar.ts';
import { anyPath, BEGIN, BETWEEN, SHAPES } from './path-shape.ts';
import type { Pattern } from './pattern.ts';

/** A code point that no pattern holds: stands for all that are not named. */
const UNNAMED = 0;
const DOT = 0x2e;

/** So many pairs (state of the wanted pattern, set of states of the scope) are looked at before the answer is no. */
const MOST_PAIRS = 20_000;
/** So many states in all those sets together. */
const MOST_WORK = 2_000_000;

/** Several automata as one: the states of each, moved up by the number of those before it. */
const union = (automata: readonly Automaton[]): { readonly states: State[]; readonly starts: number[] } => {
  const states: State[] = [];
  const starts: number[] = [];
  for (const { states: own } of automata) {
    const base = states.length;
    starts.push(base);
    for (const { steps, wild, free, accepts } of own) {
      states.push({
        steps: steps.map((step) => ({ ...step, to: step.to + base })),
        wild: wild.map((to) => to + base),
        free: free.map((to) => to + base),
        accepts,
      });
    }
  }
  return { states, starts };
};

/** A set of states with all that is reached from them by reading nothing, ascending. */
const closed = (states: readonly State[], from: Iterable<number>): number[] => {
  const set = new Set(from);
  for (const index of set) for (const free of states[index]?.free ?? []) set.add(free);
  return [...set].sort((one, other) => one - other);
};

/**
 * Whether every path of `wanted` lies inside the union of a scope: looks for a path of `wanted` that no pattern of the
 * scope matches, with the scope's automata made deterministic as far as needed. That can take exponentially many sets, so
 * it is bounded; at the bound the answer is the careful one, no.
 */
export const covers = (scope: readonly Pattern[], wanted: Pattern): boolean => {
  if (scope.some(({ key }) => key === wanted.key)) return true;
  const { states, starts } = union(scope.map((pattern) => pattern.automaton()));
  const asked = wanted.automaton().states;
  const seen = new Set<string>();
  const queue: {
    readonly at: number;
    readonly shape: number;
    readonly set: readonly number[];
  }[] = [];
  let work = 0;
  const add = (at: number, shape: number, set: readonly number[]): void => {
    const key = `${at * SHAPES + shape}:${set.join(',')}`;
    if (seen.has(key)) return;
    seen.add(key);
    work += set.length + 1;
    queue.push({ at, shape, set });
  };
  const after = (set: readonly number[], point: number): number[] => {
    const reached: number[] = [];
    for (const index of set) {
      for (const step of states[index]?.steps ?? []) if (step.symbol === point) reached.push(step.to);
      if (point !== SLASH) reached.push(...(states[index]?.wild ?? []));
    }
    return closed(states, reached);
  };
  add(0, BEGIN, closed(states, starts));

  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    const { at, shape, set } = item;
    if (seen.size > MOST_PAIRS || work > MOST_WORK) return false;
    const state = asked[at];
    if (state === undefined) continue;
    if (state.accepts && shape === BETWEEN && !set.some((index) => states[index]?.accepts)) return false;
    for (const free of state.free) add(free, shape, set);
    const read = (to: number, point: number): void => {
      const next = anyPath(shape, point, false);
      if (next >= 0) add(to, next, after(set, point));
    };
    for (const step of state.steps) read(step.to, step.symbol);
    if (state.wild.length === 0) continue;
    const named = new Set([UNNAMED, DOT]);
    for (const index of set)
      for (const step of states[index]?.steps ?? []) if (step.symbol !== SLASH) named.add(step.symbol);
    for (const to of state.wild) for (const point of named) read(to, point);
  }
  return true;
};
