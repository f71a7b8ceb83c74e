import type { Problem } from '#core/types.ts';
import type { Block } from './markdown/block.ts';
import { isNone } from './markdown/words.ts';
import { asHeading } from './section-names.ts';
import type { Section } from './sections.ts';

/** Whether nothing stands in a section but what an issue form leaves behind. */
export const isEmpty = (section: Section): boolean =>
  section.blocks.every((block) => block.kind === 'break' || isNoResponse(block));

const isNoResponse = (block: Block): boolean =>
  block.kind === 'paragraph' && /^[_*]no response[_*]$/i.test(block.text.trim());

/** The text without lines that say `None`: nothing is no contract. */
export const withoutNone = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !isNone(line.replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+/, '')))
    .join('\n')
    .trim();

const EXAMPLES: Readonly<Record<string, string>> = {
  scope: '- create `src/new-file.ts`',
  context: 'What the wider task is, and how this item fits in.',
  contracts: 'None',
  verification: '```sh\nnpm test\n```',
  goal: 'What is there when all items are done.',
};

/** A required section that is absent, or stands there with nothing in it. */
export const missing = (name: string, section: Section | undefined): Problem => {
  const heading = asHeading(name);
  return {
    code: 'section-missing',
    severity: 'error',
    ...(section?.headings[0] === undefined ? {} : { line: section.headings[0] }),
    message: section === undefined ? `The section "${heading}" is missing.` : `The section "${heading}" is empty.`,
    hint: `### ${heading}\n\n${EXAMPLES[name] ?? ''}`,
  };
};
