/**
 * Code points whose simple case folding (status C and S of Unicode's CaseFolding.txt) is not their lower case,
 * each followed by what it folds to.
 */
const FOLDS_ELSEWHERE = new Map<number, number>([
  [0xb5, 0x3bc],
  [0x17f, 0x73],
  [0x345, 0x3b9],
  [0x3c2, 0x3c3],
  [0x3d0, 0x3b2],
  [0x3d1, 0x3b8],
  [0x3d5, 0x3c6],
  [0x3d6, 0x3c0],
  [0x3f0, 0x3ba],
  [0x3f1, 0x3c1],
  [0x3f5, 0x3b5],
  [0x1c80, 0x432],
  [0x1c81, 0x434],
  [0x1c82, 0x43e],
  [0x1c83, 0x441],
  [0x1c84, 0x442],
  [0x1c85, 0x442],
  [0x1c86, 0x44a],
  [0x1c87, 0x463],
  [0x1c88, 0xa64b],
  [0x1e9b, 0x1e61],
  [0x1fbe, 0x3b9],
  [0x1fd3, 0x390],
  [0x1fe3, 0x3b0],
  [0xfb05, 0xfb06],
]);

const folded = new Map<number, number>();

/** One code point's simple case folding: one character to one, so `ß` stays and `İ` stays (spec 2.3 and 8). */
export const foldCodePoint = (point: number): number => {
  if (point < 0x80) return point >= 0x41 && point <= 0x5a ? point + 0x20 : point;
  const known = folded.get(point);
  if (known !== undefined) return known;
  const lower = String.fromCodePoint(point).toLowerCase();
  const first = lower.codePointAt(0) ?? point;
  const single = lower.length === (first > 0xffff ? 2 : 1);
  const answer = FOLDS_ELSEWHERE.get(point) ?? (single ? first : point);
  folded.set(point, answer);
  return answer;
};

/** No code point outside ASCII: nothing to normalise, and lower case is the folding. */
const isAscii = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
};

/** The one spelling of all paths that differ only in case or normal form: NFC, folded, NFC again (folding can make pairs that compose). */
export const canonical = (text: string): string => {
  if (isAscii(text)) return text.toLowerCase();
  let spelling = '';
  for (const character of text.normalize('NFC')) {
    spelling += String.fromCodePoint(foldCodePoint(character.codePointAt(0) ?? 0));
  }
  return spelling.normalize('NFC');
};
