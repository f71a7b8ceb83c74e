import { SUSPECT } from './invisible.ts';

/** HTML's names of characters that are not seen, and of `&`, which can hide another reference behind it. */
const NAMED = new Map<string, string>([
  ['amp', '&'],
  ['AMP', '&'],
  ['shy', '\u{ad}'],
  ['zwnj', '\u{200c}'],
  ['zwj', '\u{200d}'],
  ['lrm', '\u{200e}'],
  ['rlm', '\u{200f}'],
  ['NoBreak', '\u{2060}'],
  ['af', '\u{2061}'],
  ['ApplyFunction', '\u{2061}'],
  ['it', '\u{2062}'],
  ['InvisibleTimes', '\u{2062}'],
  ['ic', '\u{2063}'],
  ['InvisibleComma', '\u{2063}'],
  ['ZeroWidthSpace', '\u{200b}'],
  ['NegativeVeryThinSpace', '\u{200b}'],
  ['NegativeThinSpace', '\u{200b}'],
  ['NegativeMediumSpace', '\u{200b}'],
  ['NegativeThickSpace', '\u{200b}'],
]);

/** Sticky: a reference without its `&`. Leading zeros do not count against its length. */
const REFERENCE = /(?:#0*(\d{1,7})|#[xX]0*([0-9a-fA-F]{1,6})|([A-Za-z]{2,32}));/y;

const decode = (decimal: string | undefined, hex: string | undefined, name: string | undefined): string | undefined => {
  if (name !== undefined) return NAMED.get(name);
  const point = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10);
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
};

/**
 * Where a character reference that stands at `at` (an `&`) ends when it stands for something invisible, however often
 * its `&` is encoded again; undefined when it does not.
 */
export const hiddenReference = (
  text: string,
  at: number,
): { readonly end: number; readonly character: string } | undefined => {
  for (let from = at + 1; ; ) {
    REFERENCE.lastIndex = from;
    const found = REFERENCE.exec(text);
    const character = found ? decode(found[1], found[2], found[3]) : undefined;
    if (character === undefined) return undefined;
    from = REFERENCE.lastIndex;
    if (character !== '&') return SUSPECT.test(character) ? { end: from, character } : undefined;
  }
};
