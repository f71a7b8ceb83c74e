import type { Token } from './signature-tokens.ts';

/** Brackets and what closes them. */
export const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** Where the bracket that opens at `at` closes; the end where it does not. */
export const closing = (all: readonly Token[], at: number): number => {
  const waiting: string[] = [];
  for (let index = at; index < all.length; index += 1) {
    const token = all[index] ?? '';
    const close = CLOSING[token];
    if (close !== undefined) waiting.push(close);
    else if (token === waiting.at(-1)) waiting.pop();
    if (waiting.length === 0) return index;
  }
  return all.length;
};

/** Where a token stands in no brackets; -1 where it does not. */
export const topLevel = (all: readonly Token[], wanted: Token): number => {
  for (let at = 0; at < all.length; at += 1) {
    if (all[at] === wanted) return at;
    if (CLOSING[all[at] ?? ''] !== undefined) at = closing(all, at);
  }
  return -1;
};

/** Parts between a separator that stands in no brackets; an empty last one is none. */
export const split = (all: readonly Token[], separator: Token): readonly (readonly Token[])[] => {
  const parts: (readonly Token[])[] = [];
  let rest = all;
  for (let at = topLevel(rest, separator); at >= 0; at = topLevel(rest, separator)) {
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return rest.length === 0 ? parts : [...parts, rest];
};
