import { type Fault, QUESTION, STAR } from './grammar.ts';

/** One symbol of a pattern's text between two places. `shown` is the code point as written, before folding. */
export type TextEdge = { readonly symbol: number; readonly shown: number; readonly to: number };

/**
 * A pattern's text as a graph of places: a chain, where a brace is a trie of its alternatives that joins again. Its size
 * is that of the text, however many texts the braces stand for. Place 0 is the beginning; `longest` counts the code
 * points of the longest text that the braces stand for.
 */
export type TextGraph = {
  readonly edges: readonly (readonly TextEdge[])[];
  readonly end: number;
  readonly longest: number;
};

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;

/** Builds the graph of a canonical text; `shown` has the same number of code points, as a person wrote them. */
export const textGraph = (text: readonly number[], shown: readonly number[]): TextGraph | Fault => {
  const edges: TextEdge[][] = [[]];
  const place = (): number => edges.push([]) - 1;
  const link = (from: number, index: number, to: number): void => {
    const point = text[index] ?? 0;
    const symbol = point === 0x2a ? STAR : point === 0x3f ? QUESTION : point;
    const row = edges[from];
    if (row?.some((edge) => edge.symbol === symbol && edge.to === to)) return;
    row?.push({ symbol, shown: shown[index] ?? point, to });
  };

  /** Reads the brace that opens at `open` as a trie from `from` to a new place; answers where it closes. */
  const brace = (
    from: number,
    open: number,
  ): { readonly close: number; readonly join: number; readonly longest: number } | Fault => {
    const close = text.indexOf(CLOSE, open);
    const inner = text.indexOf(OPEN, open + 1);
    if (inner !== -1 && (close === -1 || inner < close)) return 'has a brace inside a brace';
    if (close === -1) return 'has a `{` that is not closed';
    const join = place();
    const children = new Map<number, Map<number, number>>();
    const childOf = (parent: number, index: number): number => {
      const row = children.get(parent) ?? new Map<number, number>();
      children.set(parent, row);
      const point = text[index] ?? 0;
      const known = row.get(point);
      if (known !== undefined) return known;
      const child = place();
      row.set(point, child);
      link(parent, index, child);
      return child;
    };
    let at = from;
    let alternatives = 1;
    let begins = open + 1;
    let longest = 0;
    for (let index = open + 1; index <= close; index++) {
      const ends = index === close || text[index] === COMMA;
      if (ends) {
        if (index === begins) return 'has an empty alternative in a brace';
        longest = Math.max(longest, index - begins);
        begins = index + 1;
        if (index < close) alternatives++;
        at = from;
      } else if (index + 1 === close || text[index + 1] === COMMA) link(at, index, join);
      else at = childOf(at, index);
    }
    return alternatives < 2 ? 'has a brace with a single alternative' : { close, join, longest };
  };

  let at = 0;
  let longest = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === CLOSE) return 'has a `}` that closes nothing';
    if (text[index] === OPEN) {
      const group = brace(at, index);
      if (typeof group === 'string') return group;
      index = group.close;
      at = group.join;
      longest += group.longest;
    } else {
      const next = place();
      link(at, index, next);
      at = next;
      longest++;
    }
  }
  return { edges, end: at, longest };
};
