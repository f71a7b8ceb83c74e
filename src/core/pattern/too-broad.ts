import { QUESTION, read, SEGMENT, SLASH, STAR, STAR_TWO, START, STATUSES } from './grammar.ts';
import type { TextGraph } from './text-graph.ts';

/** How the one segment of a path at the root has been matched so far. */
const NONE = 0; // no segment matched yet
const LITERAL = 1; // matched by a segment without a wildcard
const WILD = 2; // matched by a segment with one

/**
 * Whether the pattern matches a path of one segment through a segment with `*` or `?` (`pattern-too-broad` of spec 3).
 * Every reading of the text keeps how many segments it has matched (one at most) and whether a wildcard did it.
 */
export const broad = (graph: TextGraph): boolean => {
  const seen = new Set<number>();
  const work: { readonly place: number; readonly status: number; readonly matched: number; readonly wild: boolean }[] =
    [];
  const visit = (place: number, status: number, matched: number, wild: boolean): void => {
    const key = ((place * STATUSES + status) * 3 + matched) * 2 + (wild ? 1 : 0);
    if (seen.has(key)) return;
    seen.add(key);
    work.push({ place, status, matched, wild });
  };
  visit(0, START, NONE, false);

  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { place, status, matched, wild } = item;
    /** What is matched once the segment that was read ends; several when it is `**`, none when it would be a second one. */
    const ended =
      status === STAR_TWO
        ? matched === NONE
          ? [NONE, WILD]
          : [matched]
        : matched === NONE
          ? [wild ? WILD : LITERAL]
          : [];
    if (place === graph.end) {
      const whole = status === SEGMENT ? (matched === NONE ? [WILD] : []) : ended;
      if (whole.includes(WILD)) return true;
    }
    for (const edge of graph.edges[place] ?? []) {
      const next = read(status, edge.symbol);
      if (typeof next === 'string') continue;
      if (edge.symbol === SLASH) for (const after of ended) visit(edge.to, next, after, false);
      else visit(edge.to, next, matched, wild || edge.symbol === STAR || edge.symbol === QUESTION);
    }
  }
  return false;
};
