import type { Inline } from './inline.ts';

/** Inline content as one text; code spans keep their text only. */
export const plainText = (inline: readonly Inline[]): string => inline.map((piece) => piece.text).join('');

/** Text without marks of emphasis at its ends. */
export const unemphasised = (text: string): string =>
  text
    .trim()
    .replace(/^[*_~\s]+/, '')
    .replace(/[*_~\s]+$/, '');

/** Whether a text says that there is nothing: `None` or `n/a`, in any case, emphasised, with a full stop. */
export const isNone = (text: string): boolean => {
  if (text.length > 40) return false;
  const word = unemphasised(unemphasised(text).replace(/\.$/, '')).toLowerCase();
  return word === 'none' || word === 'n/a';
};
