import type { Problem } from '#core/types.ts';
import { stripHidden } from './hidden-text.ts';
import type { Block } from './markdown/block.ts';
import { readBlocks } from './markdown/read-blocks.ts';

/** More code points than this is no issue any more but a document; GitHub's own limit is 65,536. */
export const LONGEST_BODY = 60_000;

/** A body as it is read: hidden text removed, lines with their numbers, and its structure. */
export type Document = {
  readonly lines: readonly string[];
  readonly blocks: readonly Block[];
  readonly problems: readonly Problem[];
};

export const readDocument = (body: string): Document => {
  const problems: Problem[] = [];
  const length = body.length > LONGEST_BODY ? codePoints(body) : body.length;
  if (length > LONGEST_BODY) {
    problems.push({
      code: 'body-too-long',
      severity: 'error',
      message: `The body has ${length} characters; ${LONGEST_BODY} are read at most.`,
      hint: 'Move background into files of the repository and name them under Context, or divide the item.',
    });
  }
  const hidden = stripHidden(body.replaceAll(/\r\n?/g, '\n'));
  if (hidden.count > 0) {
    problems.push({
      code: 'hidden-text',
      severity: 'warning',
      ...(hidden.line === undefined ? {} : { line: hidden.line }),
      message: `The body holds ${hidden.count} hidden ${hidden.count === 1 ? 'passage' : 'passages'} that a person does not see: invisible characters, comments or unused link definitions. Agents do not get them.`,
      hint: 'Delete what is hidden, or write it so that everybody can read it.',
    });
  }
  const lines = hidden.text.split('\n');
  return { lines, blocks: readBlocks(lines), problems };
};

const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};
