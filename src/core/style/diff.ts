import type { Change } from '#core/types.ts';

/** A changed file: its texts before and after, where they can be read. */
export type ChangedFile = Pick<Change, 'path' | 'kind'> & { readonly before?: string; readonly after?: string };

/** A longer line was written by a program, characters. */
const LONGEST = 400;

/** Lines of the new text that the old one has not, or not as often: what the member wrote. */
export const addedLines = ({ before = '', after = '' }: ChangedFile): readonly string[] => {
  const old = new Map<string, number>();
  for (const line of before === '' ? [] : before.split('\n')) old.set(line, (old.get(line) ?? 0) + 1);
  return after.split('\n').filter((line) => {
    const left = old.get(line) ?? 0;
    if (left > 0) old.set(line, left - 1);
    return left === 0 && line.length <= LONGEST;
  });
};
