import { paragraphs } from './entries.ts';
import type { Block } from './markdown/block.ts';
import { readInline } from './markdown/inline.ts';

/** An issue that a text points to: `issue` is absent for one of another repository. */
export type Reference = { readonly issue?: number; readonly text: string; readonly line: number };

/** `#12`, `owner/name#12`, or the address of an issue, also in emphasis by `_`; a number of more than nine digits is no issue. */
const REFERENCE =
  /(?<![A-Za-z\d#&/.-]|[A-Za-z\d]_)(?:https?:\/\/[\w.-]{1,100}\/[\w.-]{1,100}\/[\w.-]{1,100}\/(?:issues|pull)\/\d{1,9}|(?:[A-Za-z\d][\w.-]{0,99}\/)?(?:[A-Za-z\d][\w.-]{0,99})?#\d{1,9})(?![A-Za-z\d]|_[A-Za-z\d])/g;

/** Every reference in the paragraphs of some blocks, in order; none in code. */
export const references = (blocks: readonly Block[]): readonly Reference[] =>
  paragraphs(blocks).flatMap(({ text, lines }) =>
    readInline(text, lines).flatMap((piece) =>
      piece.kind === 'code' ? [] : referencesIn(piece.text, lines, piece.line),
    ),
  );

/** References in one text that begins on `line`; `lines` are those of its paragraph. */
export const referencesIn = (text: string, lines: readonly number[], line: number): readonly Reference[] => {
  if (!text.includes('#') && !text.includes('://')) return [];
  const found: Reference[] = [];
  let row = Math.max(lines.indexOf(line), 0);
  let counted = 0;
  for (const match of text.matchAll(REFERENCE)) {
    for (; counted < match.index; counted += 1) if (text[counted] === '\n') row += 1;
    const own = /^#(\d+)$/.exec(match[0])?.[1];
    found.push({ ...(own === undefined ? {} : { issue: Number(own) }), text: match[0], line: lines[row] ?? line });
  }
  return found;
};
