import { readInline } from './markdown/inline.ts';
import { plainText } from './markdown/words.ts';

/** A heading longer than this is none of ours. */
const LONGEST = 200;

/** An emoji as GitHub lets people type it: `:scroll:`. */
const SHORTCODE = /(?<!\S):[a-z\d_+-]{1,50}:(?!\S)/gi;

/**
 * A heading's text as section names are compared: without emphasis, without what stands around it and is neither letter
 * nor digit, in lower case. `## 📜 **Scope**:` is `scope`; `### Scope: src/a.ts` keeps what follows its colon.
 */
export const headingName = (text: string): string => {
  if (text.length > LONGEST) return '';
  const plain = plainText(readInline(text, [1]))
    .normalize('NFC')
    .replaceAll(SHORTCODE, ' ')
    .replaceAll(/[*_~]/g, '');
  const characters = [...plain];
  let from = 0;
  let to = characters.length;
  while (from < to && !isWordly(characters[from])) from += 1;
  while (to > from && !isWordly(characters[to - 1])) to -= 1;
  return characters.slice(from, to).join('').replaceAll(/\s+/g, ' ').toLowerCase();
};

const isWordly = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? '');
