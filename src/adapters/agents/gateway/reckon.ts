import type { Tokens } from '#core/types.ts';

/** Bytes of UTF-8 in a token, about: four letters of English, one to two ideographs. */
const BYTES = 4;

/** What is not read as text by a model, though it stands in the body as text: pictures, files, sealed reasoning. */
const ENCODED = /[A-Za-z0-9+/=_-]{2000,}/g;

/** Tokens in so many bytes of text. */
export const tokensIn = (bytes: number): number => Math.ceil(bytes / BYTES);

/**
 * Tokens of a request whose answer never told them. What the request before it sent too stands in the provider's cache,
 * most likely: `before` is how many tokens that were.
 */
export const reckonInput = (body: string, before: number): Tokens => {
  const all = tokensIn(Buffer.byteLength(body.replace(ENCODED, '')));
  const cacheRead = Math.min(all, before);
  return { input: all - cacheRead, output: 0, cacheRead, cacheWrite: 0 };
};
