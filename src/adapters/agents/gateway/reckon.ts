import type { Tokens } from '#core/types.ts';

/** Bytes of UTF-8 in a token, about: four letters of English, one to two ideographs. */
const BYTES = 4;

/** A run of letters of base64 that is longer than this is no text that a model reads: a picture, a file, sealed reasoning. */
const ENCODED = 2_000;

/** The letters of base64, both kinds: 1 at the byte of each. */
const LETTERS = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-'))
  LETTERS[byte] = 1;

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

/** Bytes of a token where it is better to take too many than too few. */
const FEWEST_BYTES = 3;

/** Tokens of a picture, or of another run of base64, at most. */
const PICTURE = 16_000;

/** Tokens that a request has at most, as far as its bytes tell. */
export const mostInput = (body: Buffer): number => {
  let encoded = 0;
  const text = textBytes(body, (run) => {
    encoded += Math.min(tokensIn(run), PICTURE);
  });
  return Math.ceil(text / FEWEST_BYTES) + encoded;
};

/** Bytes of a body but long runs of base64. Not a regular expression: those run out of stack on runs of megabytes. */
function textBytes(body: Buffer, onEncoded: (run: number) => void = () => undefined): number {
  let text = body.length;
  let run = 0;
  const end = (): void => {
    if (run > ENCODED) {
      text -= run;
      onEncoded(run);
    }
    run = 0;
  };
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (LETTERS[byte] === 1) {
      run += 1;
      continue;
    }
    end();
  }
  end();
  return text;
}
