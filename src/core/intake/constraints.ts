import { parsePattern } from '#core/pattern/pattern.ts';
import type { Block } from './markdown/block.ts';
import { readInline } from './markdown/inline.ts';
import type { Section } from './sections.ts';

const FORBIDS = /\b(?:do not|don['’]t|never|must not)\s+(?:touch|modify)\b/i;
const SENTENCE_END = /[.!?;](?:\s|$)/;

/**
 * The patterns that a Constraints section forbids: code spans after "do not touch" or "do not modify", up to the end of
 * the sentence; when a paragraph or entry ends there with a colon, those of the list that follows.
 */
export const readForbidden = (section: Section): readonly string[] => [...new Set(forbiddenIn(section.blocks, false))];

const forbiddenIn = (blocks: readonly Block[], announced: boolean): readonly string[] => {
  const found: string[] = [];
  let open = announced;
  for (const block of blocks) {
    if (block.kind === 'paragraph') {
      const read = inParagraph(block.text, block.lines, announced);
      found.push(...read.patterns);
      open = read.open;
    } else if (block.kind === 'list') {
      for (const entry of block.entries) found.push(...forbiddenIn(entry.blocks, open));
      open = announced;
    }
  }
  return found;
};

/** `open`: the text ends by announcing a list. */
const inParagraph = (
  text: string,
  lines: readonly number[],
  announced: boolean,
): { readonly patterns: readonly string[]; readonly open: boolean } => {
  const patterns: string[] = [];
  let forbids = announced;
  let ends = '';
  for (const piece of readInline(text, lines)) {
    ends = piece.kind === 'text' ? piece.text : '';
    if (piece.kind === 'code') {
      if (forbids && parsePattern(piece.text).ok) patterns.push(piece.text.normalize('NFC'));
      continue;
    }
    // What counts is the last sentence of the text before the next code span.
    const sentences = piece.text.split(SENTENCE_END);
    if (sentences.length > 1) forbids = false;
    if (FORBIDS.test((sentences.at(-1) ?? '').replaceAll(/[*_]/g, ''))) forbids = true;
  }
  return {
    patterns,
    open:
      forbids &&
      ends
        .trimEnd()
        .replace(/[*_]+$/, '')
        .endsWith(':'),
  };
};
