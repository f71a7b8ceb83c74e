import type { IssueText } from '#core/types.ts';
import { readDocument } from './document.ts';
import { paragraphs } from './entries.ts';
import type { Block } from './markdown/block.ts';
import { readInline } from './markdown/inline.ts';
import { references } from './references.ts';
import { ITEM_SECTIONS } from './section-names.ts';
import { type Section, sections } from './sections.ts';

const PART_OF = /^[\s*_]*part of:?[\s*_]+#(\d{1,9})[\s*_.]*$/i;

/** The plan that an issue names: its Plan section, or a line `Part of #n` anywhere. */
export const planOf = (issue: IssueText): number | undefined => {
  const { lines, blocks } = readDocument(issue.body);
  return planNamed(blocks, sections(lines, blocks, ITEM_SECTIONS).of('plan'))?.issue;
};

/** The same of a document that was read already, with the line it stands on. */
export const planNamed = (
  blocks: readonly Block[],
  section: Section | undefined,
): { readonly issue: number; readonly line: number } | undefined => {
  for (const { issue, line } of section === undefined ? [] : references(section.blocks))
    if (issue !== undefined) return { issue, line };
  for (const { text, lines } of paragraphs(blocks)) {
    if (!/part of/i.test(text)) continue;
    for (const [row, line] of shownLines(text, lines).entries()) {
      const number = PART_OF.exec(line)?.[1];
      if (number !== undefined) return { issue: Number(number), line: lines[row] ?? lines[0] ?? 1 };
    }
  }
  return undefined;
};

/** A paragraph's lines as seen, code spans blanked: a reference in code is none. */
const shownLines = (text: string, lines: readonly number[]): readonly string[] =>
  readInline(text, lines)
    .map((piece) => (piece.kind === 'code' ? '`' : piece.text))
    .join('')
    .split('\n');
