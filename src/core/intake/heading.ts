import { readInline } from './markdown/inline.ts';
import { plainText } from './markdown/words.ts';

/** A heading longer than this is none of ours. */
const LONGEST = 200;

/** Emoji that are spelled with letters or digits: `:scroll:` as GitHub lets people type it, and keycaps such as 1️⃣. */
const SPELLED_EMOJI = /(?<!\S):[a-z\d_+-]{1,50}:(?!\S)|[\d#*]\ufe0f?\u20e3/gi;

/**
 * A heading's text as section names are compared: without emphasis, without what stands around it and is neither letter
 * nor digit, in lower case. `## 📜 **Scope**:` is `scope`; `### Scope: src/a.ts` keeps what follows its colon.
 */
export const headingName = (text: string): string => {
  if (text.length > LONGEST) return '';
  const plain = plainText(readInline(text, [1]))
    .normalize('NFC')
    .replaceAll(SPELLED_EMOJI, ' ')
    .replaceAll(/[*_~]/g, '');
  const characters = [...plain];
  let from = 0;
  let to = characters.length;
  while (from < to && !isWordly(characters[from])) from += 1;
  while (to > from && !isWordly(characters[to - 1])) to -= 1;
  return characters.slice(from, to).join('').replaceAll(/\s+/g, ' ').toLowerCase();
};

const isWordly = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? '');
