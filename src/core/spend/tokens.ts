import type { Tokens } from '#core/types.ts';

export const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Two counts together, sort by sort. */
export const together = (one: Tokens, other: Tokens): Tokens => ({
  input: one.input + other.input,
  output: one.output + other.output,
  cacheRead: one.cacheRead + other.cacheRead,
  cacheWrite: one.cacheWrite + other.cacheWrite,
});

/**
 * Tokens as a cap counts them where there is no price. What is read from a cache counts a tenth, as every price list has
 * it: a conversation reads all of itself anew with each request.
 */
export const weighed = (tokens: Tokens): number =>
  tokens.input + tokens.output + tokens.cacheWrite + Math.ceil(tokens.cacheRead / 10);
