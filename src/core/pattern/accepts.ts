import type { Automaton } from './automaton.ts';
import { SLASH } from './grammar.ts';
import { anyPath, BEGIN } from './path-shape.ts';

/** Whether the automaton reads the whole of a canonical path; what is no path (an empty or dotted segment) never is read. */
export const accepts = ({ states }: Automaton, path: string): boolean => {
  const entered = new Int32Array(states.length).fill(-1);
  let time = 0;
  let next: number[] = [];
  const enter = (index: number): void => {
    if (entered[index] === time) return;
    entered[index] = time;
    next.push(index);
  };
  const enterFree = (): void => {
    for (let at = 0; at < next.length; at++) for (const free of states[next[at] ?? 0]?.free ?? []) enter(free);
  };
  enter(0);
  enterFree();

  let shape: number = BEGIN;
  for (const character of `${path}/`) {
    const point = character.codePointAt(0) ?? 0;
    const current = next;
    shape = anyPath(shape, point, false);
    if (shape < 0 || current.length === 0) return false;
    next = [];
    time++;
    for (const index of current) {
      const state = states[index];
      if (state === undefined) continue;
      for (const step of state.steps) if (step.symbol === point) enter(step.to);
      if (point !== SLASH) for (const to of state.wild) enter(to);
    }
    enterFree();
  }
  return next.some((index) => states[index]?.accepts);
};
