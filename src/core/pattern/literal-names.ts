import { canonical } from './canonical.ts';
import type { Pattern } from './pattern.ts';

/**
 * Where a pattern can be after spelling `text` without a wildcard from the beginning of any of its segments: states of
 * its automaton. `text` holds whole segments, each ended by `/`, but for the last.
 */
export const afterLiteral = (pattern: Pattern, text: string): number[] => {
  const { states, segments } = pattern.automaton();
  let reached = segments;
  for (const character of canonical(text)) {
    const point = character.codePointAt(0);
    const next = new Set<number>();
    for (const index of reached) {
      for (const step of states[index]?.steps ?? []) if (step.symbol === point) next.add(step.to);
    }
    reached = [...next];
  }
  return [...reached];
};

/** Whether the pattern's last segment is this name, without a wildcard. */
export const endsWithName = (pattern: Pattern, name: string): boolean =>
  afterLiteral(pattern, `${name}/`).some((index) => pattern.automaton().states[index]?.accepts);

/** Whether the pattern spells this folder, without a wildcard, and goes on below it. */
export const goesThrough = (pattern: Pattern, folder: string): boolean => {
  const { segments } = pattern.automaton();
  return afterLiteral(pattern, `${folder}/`).some((index) => segments.includes(index));
};

/** Whether the pattern's last segment begins with this text, without a wildcard there. */
export const lastBegins = (pattern: Pattern, beginning: string): boolean => {
  const { states } = pattern.automaton();
  const within = new Set(afterLiteral(pattern, beginning));
  for (const index of within) {
    const state = states[index];
    for (const to of [...(state?.free ?? []), ...(state?.wild ?? [])]) within.add(to);
    for (const step of state?.steps ?? []) {
      if (step.symbol !== 0x2f) within.add(step.to);
      else if (states[step.to]?.accepts) return true;
    }
  }
  return false;
};
