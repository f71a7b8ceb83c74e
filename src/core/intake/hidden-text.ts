import { stripCharacters } from './hidden-text/characters.ts';
import { Findings } from './hidden-text/findings.ts';
import { stripMarkup } from './hidden-text/markup.ts';

/** What is left, how many hidden things there were, and the line of the first (1-based), as `hidden-text` of spec 3 counts them. */
export type Stripped = { readonly text: string; readonly count: number; readonly line?: number };

/** What hides in what was hidden is found in the next pass; a text that is still not settled then is made to hide things. */
const MOST_PASSES = 8;

/** Anything that markup can hide behind. */
const MARKUP = /[<&]|\]:|\]\(|!\[|^[^`~\n]*(?:`{3}|~{3})[ \t]*[^ \t\n]+[ \t]+[^ \t\n]+[ \t]+[^ \t\n]+[ \t]+[^ \t\n]/mu;

const pass = (text: string, findings: Findings): string => {
  const visible = stripCharacters(text, findings);
  return MARKUP.test(visible) ? stripMarkup(visible, findings) : visible;
};

/**
 * Removes what a person does not see on GitHub but an agent would read (spec 2.1 and 3): invisible characters, HTML
 * comments, unused link definitions, hidden HTML, titles and alternative texts. Folded content is unfolded. Lines keep
 * their numbers, code what it shows, and a text without anything hidden is answered as it is. Doing it twice changes
 * nothing more.
 */
export const stripHidden = (text: string): Stripped => {
  const findings = new Findings();
  let before = text;
  let after = pass(before, findings);
  for (let passes = 1; after !== before; passes++) {
    // Without these no tag, comment or reference can come into being any more.
    before = passes < MOST_PASSES ? after : after.replace(/[<&[]/gu, '');
    after = pass(before, findings);
  }
  const { count, line } = findings;
  return { text: after, count, ...(line === undefined ? {} : { line }) };
};
