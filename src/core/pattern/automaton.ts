import {
  type Fault,
  finish,
  NAME_STAR,
  QUESTION,
  read,
  SEGMENT,
  SLASH,
  STAR,
  STAR_ONE,
  STAR_TWO,
  START,
  STATUSES,
} from './grammar.ts';
import type { TextGraph } from './text-graph.ts';

/** A step that reads one code point; `shown` is how the pattern spells it. */
export type Step = { readonly symbol: number; readonly shown: number; readonly to: number };

/**
 * One state. `steps` read exactly one code point, ascending; `wild` are states reached by any code point but `/`; `free`
 * are states reached by reading nothing (only a `*` or `**` makes those, so a way without `wild` and `free` is literal).
 */
export type State = {
  readonly steps: Step[];
  readonly wild: number[];
  readonly free: number[];
  accepts: boolean;
};

/**
 * A pattern as an automaton over canonical paths in which EVERY segment, the last too, ends with `/`: so `a/**` is
 * `a/` and then any number of segments, and `a/` is that with one at least. State 0 is the beginning; `segments` are
 * the states in which a segment of the pattern's text begins.
 */
export type Automaton = { readonly states: readonly State[]; readonly segments: readonly number[] };

/** Reads every text that the graph stands for at once; the fault is the first one met. */
export const automaton = (graph: TextGraph): Automaton | Fault => {
  const states: State[] = [];
  const segments: number[] = [];
  const add = (): number => states.push({ steps: [], wild: [], free: [], accepts: false }) - 1;
  const state = (index: number): State => states[index] as State;
  const known = new Map<number, number>();
  const work: { readonly place: number; readonly status: number; readonly state: number }[] = [];

  const enter = (place: number, status: number): number => {
    const key = place * STATUSES + status;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const made = add();
    known.set(key, made);
    work.push({ place, status, state: made });
    if (status === START || status === SEGMENT) segments.push(made);
    if (status === NAME_STAR) state(made).wild.push(made);
    if (status === STAR_TWO) {
      const inside = add();
      state(made).wild.push(inside);
      state(inside).wild.push(inside);
      state(inside).steps.push({ symbol: SLASH, shown: SLASH, to: made });
    }
    return made;
  };
  enter(0, START);
  const finished = add();
  state(finished).accepts = true;

  /** A trailing `/`: everything below, so one segment at least. */
  const below = (from: State): void => {
    const inside = add();
    const after = add();
    state(after).accepts = true;
    from.wild.push(inside);
    state(inside).wild.push(inside);
    state(inside).steps.push({ symbol: SLASH, shown: SLASH, to: after });
    state(after).wild.push(inside);
  };

  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { place, status } = item;
    /** Where the steps leave from: a lone `*` begins to read only when the next symbol shows that it is no `**`. */
    let from = item.state;
    const leave = (): number => {
      if (status !== STAR_ONE || from !== item.state) return from;
      from = add();
      state(item.state).free.push(from);
      state(from).wild.push(from);
      return from;
    };
    if (place === graph.end) {
      const fault = finish(status);
      if (fault !== undefined) return fault;
      if (status === SEGMENT) below(state(item.state));
      else if (status === STAR_TWO) state(item.state).free.push(finished);
      else state(leave()).steps.push({ symbol: SLASH, shown: SLASH, to: finished });
    }
    for (const edge of graph.edges[place] ?? []) {
      const next = read(status, edge.symbol);
      if (typeof next === 'string') return next;
      const to = enter(edge.to, next);
      if (edge.symbol === STAR) state(item.state).free.push(to);
      else if (status === STAR_TWO) state(item.state).free.push(to);
      else if (edge.symbol === QUESTION) state(leave()).wild.push(to);
      else state(leave()).steps.push({ symbol: edge.symbol, shown: edge.shown, to });
    }
  }
  for (const each of states) if (each.steps.length > 1) each.steps.sort((one, other) => one.symbol - other.symbol);
  return { states, segments };
};
