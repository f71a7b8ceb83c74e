/** A file merged line by line: what is settled, and hunks with the three sides. */
import { linesOf } from './import.ts';

export const SIDES = ['ours', 'base', 'theirs'] as const;
export type Side = (typeof SIDES)[number];

/** Lines with their ends. */
export type Hunk = Readonly<Record<Side, readonly string[]>>;
export type Segment = { readonly settled: readonly string[] } | Hunk;

/** A length of markers that no line of the file begins with; undefined when some line begins with very many. */
export const markerLength = (texts: readonly string[]): number | undefined => {
  const runs = texts.flatMap((text) => text.match(/^(?:<+|=+|>+|\|+)/gm) ?? []);
  const length = runs.reduce((longest, run) => Math.max(longest, run.length + 1), 7);
  return length > 200 ? undefined : length;
};

/** Reads what `git merge-file --diff3` wrote with markers of a length. */
export const segmentsOf = (merged: string, length: number): readonly Segment[] => {
  const segments: Segment[] = [];
  let settled: string[] = [];
  let hunk: Record<Side, string[]> | undefined;
  let side: Side = 'ours';
  for (const line of linesOf(merged)) {
    const bare = line.replace(/\r?\n$/, '');
    if (hunk === undefined && bare === `${'<'.repeat(length)} ours`) {
      segments.push({ settled });
      settled = [];
      hunk = { ours: [], base: [], theirs: [] };
      side = 'ours';
    } else if (hunk !== undefined && bare === `${'|'.repeat(length)} base`) side = 'base';
    else if (hunk !== undefined && bare === '='.repeat(length)) side = 'theirs';
    else if (hunk !== undefined && bare === `${'>'.repeat(length)} theirs`) {
      segments.push(hunk);
      hunk = undefined;
    } else (hunk?.[side] ?? settled).push(line);
  }
  segments.push({ settled });
  return segments;
};

/** The file as one side would have it in every hunk. */
export const sideOf = (segments: readonly Segment[], side: Side): string =>
  segments.map((segment) => ('settled' in segment ? segment.settled : segment[side]).join('')).join('');

/** Where a hunk lies in the file of a side: lines from 0, `end` behind it. */
export const rangeOf = (
  segments: readonly Segment[],
  hunk: Segment,
  side: Side,
): { readonly start: number; readonly end: number } => {
  let start = 0;
  for (const segment of segments) {
    const { length } = 'settled' in segment ? segment.settled : segment[side];
    if (segment === hunk) return { start, end: start + length };
    start += length;
  }
  throw new Error('a hunk of another file');
};
