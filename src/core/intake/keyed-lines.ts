import { paragraphs } from './entries.ts';
import type { Block } from './markdown/block.ts';
import { readInline } from './markdown/inline.ts';
import { plainText, unemphasised } from './markdown/words.ts';

/** `key: value` lines among some blocks, keys in lower case; the first of a key counts, empty and `_No response_` do not. */
export const keyedLines = (blocks: readonly Block[]): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { text, lines } of paragraphs(blocks)) {
    for (const line of plainText(readInline(text, lines)).split('\n')) {
      const colon = line.indexOf(':');
      const key = unemphasised(line.slice(0, Math.max(colon, 0))).toLowerCase();
      const value = line
        .slice(colon + 1)
        .replace(/^[*_\s]+/, '')
        .trim();
      if (colon > 0 && value !== '' && !found.has(key)) found.set(key, value);
    }
  }
  return found;
};
