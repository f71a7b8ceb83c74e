import type { Import } from './import.ts';
import { type Hunk, rangeOf, type Segment, SIDES, type Side } from './segments.ts';

/** Hunks that cut through statements, widened until each holds whole ones on every side; hunks that meet become one. */
export const widen = (
  segments: readonly Segment[],
  read: (segments: readonly Segment[], side: Side) => readonly Import[] | undefined,
): readonly Segment[] | undefined => {
  let current = segments;
  // Every step makes some hunk longer.
  for (;;) {
    const step = widenOnce(current, read);
    if (step === 'unreadable') return undefined;
    if (step === 'whole') return current;
    current = step;
  }
};

const widenOnce = (
  segments: readonly Segment[],
  read: (segments: readonly Segment[], side: Side) => readonly Import[] | undefined,
): readonly Segment[] | 'whole' | 'unreadable' => {
  const needs = segments.map(() => ({ before: 0, after: 0 }));
  for (const side of SIDES) {
    const imports = read(segments, side);
    if (imports === undefined) return 'unreadable';
    for (const [at, segment] of segments.entries()) {
      const need = needs[at];
      if ('settled' in segment || need === undefined) continue;
      const { start, end } = rangeOf(segments, segment, side);
      for (const one of imports) {
        const touches = start === end ? one.start < start && one.end > start : one.start < end && one.end > start;
        if (!touches) continue;
        need.before = Math.max(need.before, start - one.start);
        need.after = Math.max(need.after, one.end - end);
      }
    }
  }
  const at = needs.findIndex(({ before, after }) => before > 0 || after > 0);
  if (at < 0) return 'whole';
  const { before, after } = needs[at] ?? { before: 0, after: 0 };
  return widened(segments, at, before, after);
};

/** Settled lines around a hunk become lines of all its sides. */
const widened = (segments: readonly Segment[], at: number, before: number, after: number): readonly Segment[] => {
  const hunk = hunkAt(segments, at);
  if (hunk === undefined) throw new Error('only hunks are widened');
  const above = settledAt(segments, at - 1);
  const below = settledAt(segments, at + 1);
  // Where too little lies between, the neighbour joins in.
  const up = above.length < before ? hunkAt(segments, at - 2) : undefined;
  const down = below.length < after ? hunkAt(segments, at + 2) : undefined;
  const head = above.slice(Math.max(0, above.length - before));
  const foot = below.slice(0, after);
  const joined = (side: Side) => [...(up?.[side] ?? []), ...head, ...hunk[side], ...foot, ...(down?.[side] ?? [])];
  return [
    ...segments.slice(0, up === undefined ? at - 1 : at - 2),
    ...(up === undefined ? [{ settled: above.slice(0, above.length - head.length) }] : []),
    { ours: joined('ours'), base: joined('base'), theirs: joined('theirs') },
    ...(down === undefined ? [{ settled: below.slice(foot.length) }] : []),
    ...segments.slice(down === undefined ? at + 2 : at + 3),
  ];
};

const settledAt = (segments: readonly Segment[], at: number): readonly string[] => {
  const segment = segments[at];
  return segment !== undefined && 'settled' in segment ? segment.settled : [];
};

const hunkAt = (segments: readonly Segment[], at: number): Hunk | undefined => {
  const segment = segments[at];
  return segment === undefined || 'settled' in segment ? undefined : segment;
};
