import { bounded } from '#core/words/safe.ts';

/** GitHub takes 65,536 characters; the signed marker of a comment needs some of them. */
const LIMIT = 64_000;

/**
 * The longest of several wordings of one text that GitHub takes, the fullest first. When even the last is too long it is
 * cut, and says so.
 */
export const fit = (wordings: readonly (() => string)[]): string => {
  let text = '';
  for (const wording of wordings) {
    text = wording();
    if (text.length <= LIMIT) return text;
  }
  return bounded(text, LIMIT - 200);
};

/** Parts as one text, empty ones left out. */
export const paragraphs = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');
