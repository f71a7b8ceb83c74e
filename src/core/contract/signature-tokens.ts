/** A word, a string (in double quotes), or a mark; `=>`, `->` and `...` are one each. */
export type Token = string;

/** Signatures longer than this are cut: nobody compares more by eye, and it bounds the time. */
const LONGEST = 4_000;

const TOKEN = /\s+|=>|->|\.\.\.|[\p{L}\p{N}_$]+(?:\.[\p{L}\p{N}_$]+)*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|./gsu;

/** A signature as tokens, white space left out. */
export const tokens = (signature: string): readonly Token[] => {
  const all: Token[] = [];
  for (const [text] of signature.slice(0, LONGEST).normalize('NFC').matchAll(TOKEN)) {
    if (text.trim() === '') continue;
    all.push(text.startsWith("'") && text.length > 1 ? `"${text.slice(1, -1)}"` : text);
  }
  return all;
};
