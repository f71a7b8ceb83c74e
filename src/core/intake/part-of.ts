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
  for (const { issue, line } of section === undefined ? [] : references(section.blocks)) {
    if (issue !== undefined) return { issue, line };
  }
  return partOfLines(blocks)[0];
};

/** Every line `Part of #n`: it names the plan wherever it stands, and is no dependency even below "Depends on". */
export const partOfLines = (blocks: readonly Block[]): readonly { readonly issue: number; readonly line: number }[] =>
  paragraphs(blocks).flatMap(({ text, lines }) => {
    if (!/part of/i.test(text)) return [];
    return shownLines(text, lines).flatMap((line, row) => {
      const number = PART_OF.exec(line)?.[1];
      return number === undefined ? [] : [{ issue: Number(number), line: lines[row] ?? lines[0] ?? 1 }];
    });
  });

/** A paragraph's lines as seen, code spans blanked: a reference in code is none. */
const shownLines = (text: string, lines: readonly number[]): readonly string[] =>
  readInline(text, lines)
    .map((piece) => (piece.kind === 'code' ? '`' : piece.text))
    .join('')
    .split('\n');
