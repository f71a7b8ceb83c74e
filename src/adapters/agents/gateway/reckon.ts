import type { Tokens } from '#core/types.ts';

/** Bytes of UTF-8 in a token, about: four letters of English, one to two ideographs. */
const BYTES = 4;

/** A run of letters of base64 that is longer than this is no text that a model reads: a picture, a file, sealed reasoning. */
const ENCODED = 2_000;

/** The letters of base64, both kinds. */
const LETTERS = new Set(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-'));
const IS_LETTER = Array.from({ length: 256 }, (_, byte) => LETTERS.has(byte));

/** Tokens in so many bytes of text. */
export const tokensIn = (bytes: number): number => Math.ceil(bytes / BYTES);

/**
 * Tokens of a request whose answer never told them. What the request before it sent too stands in the provider's cache,
 * most likely: `before` is how many tokens that were.
 */
export const reckonInput = (body: Buffer, before: number): Tokens => {
  const all = tokensIn(textBytes(body));
  const cacheRead = Math.min(all, before);
  return { input: all - cacheRead, output: 0, cacheRead, cacheWrite: 0 };
};

/** Bytes of a body but long runs of base64. Not a regular expression: those run out of stack on runs of megabytes. */
function textBytes(body: Buffer): number {
  let text = body.length;
  let run = 0;
  for (const byte of body) {
    if (IS_LETTER[byte] === true) {
      run += 1;
      continue;
    }
    if (run > ENCODED) text -= run;
    run = 0;
  }
  return run > ENCODED ? text - run : text;
}
