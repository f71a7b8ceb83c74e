import type { Automaton, State, Step } from './automaton.ts';
import { SLASH } from './grammar.ts';
import { anyPath, BEGIN, BETWEEN, type PathShape, SHAPES } from './path-shape.ts';

/** What stands in an example where both patterns take any character. */
const FILLER = 0x78;

/** A product of up to this many states is remembered in an array, a larger one in a set. */
const DENSE = 1 << 25;

const remember = (size: number): ((key: number) => boolean) => {
  if (size > DENSE) {
    const keys = new Set<number>();
    return (key) => keys.size !== keys.add(key).size;
  }
  const flags = new Uint8Array(size);
  return (key) => {
    if (flags[key] === 1) return false;
    flags[key] = 1;
    return true;
  };
};

/**
 * The shortest path that both automata read, by breadth through their product: what one reads literally is spelled as
 * it is written there. Time and memory grow with the product of the two patterns' lengths, whatever they hold.
 */
export const commonPath = (one: Automaton, other: Automaton, paths: PathShape = anyPath): string | undefined => {
  const width = other.states.length * SHAPES;
  const isNew = remember(one.states.length * width);
  // Row i is a pair of states that some text leads to: its last code point is shown[i], the rest is row before[i].
  const keys: number[] = [];
  const before: number[] = [];
  const shown: number[] = [];
  const stateOne = (key: number): State => one.states[Math.floor(key / width)] as State;
  const stateOther = (key: number): State => other.states[Math.floor((key % width) / SHAPES)] as State;

  /** Adds a pair with all that it reaches by reading nothing; answers whether both automata can end there. */
  const add = (to: number, otherTo: number, shape: number, row: number, point: number): boolean => {
    const first = keys.length;
    const enter = (key: number): void => {
      if (!isNew(key)) return;
      keys.push(key);
      before.push(row);
      shown.push(point);
    };
    enter(to * width + otherTo * SHAPES + shape);
    for (let at = first; at < keys.length; at++) {
      const key = keys[at] ?? 0;
      const here = stateOne(key);
      const there = stateOther(key);
      if (here.accepts && there.accepts && shape === BETWEEN) return true;
      for (const free of here.free) enter(free * width + (key % width));
      for (const free of there.free) enter(key - (key % width) + free * SHAPES + shape);
    }
    return false;
  };

  const spell = (): string => {
    const reversed: number[] = [];
    for (let row = keys.length - 1; row > 0 && before[row] !== -1; row = before[row] ?? -1)
      reversed.push(shown[row] ?? 0);
    // The first is the `/` that ends the last segment: the machine's, not the path's.
    return reversed
      .slice(1)
      .reverse()
      .map((point) => String.fromCodePoint(point))
      .join('');
  };

  add(0, 0, BEGIN, -1, 0);
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] ?? 0;
    const shape = key % SHAPES;
    const here = stateOne(key);
    const there = stateOther(key);
    /** Reads one code point on both sides; true when that ends a path. */
    const step = (to: number, otherTo: number, symbol: number, point: number, wild: boolean): boolean => {
      const after = paths(shape, symbol, wild);
      return after >= 0 && add(to, otherTo, after, row, point);
    };
    for (let i = 0, j = 0; i < here.steps.length && j < there.steps.length; ) {
      const mine = here.steps[i] as Step;
      const theirs = there.steps[j] as Step;
      if (mine.symbol < theirs.symbol) i++;
      else if (mine.symbol > theirs.symbol) j++;
      else {
        // One symbol may lead to several states (an alternative that ends where a longer one goes on).
        for (let k = j; there.steps[k]?.symbol === mine.symbol; k++) {
          if (step(mine.to, there.steps[k]?.to ?? 0, mine.symbol, mine.shown, false)) return spell();
        }
        i++;
      }
    }
    for (const mine of here.steps) {
      if (mine.symbol === SLASH) continue;
      for (const otherTo of there.wild) if (step(mine.to, otherTo, mine.symbol, mine.shown, false)) return spell();
    }
    for (const to of here.wild) {
      for (const theirs of there.steps) {
        if (theirs.symbol !== SLASH && step(to, theirs.to, theirs.symbol, theirs.shown, true)) return spell();
      }
      for (const otherTo of there.wild) if (step(to, otherTo, FILLER, FILLER, true)) return spell();
    }
  }
  return undefined;
};
