import type { Import } from './import.ts';
import { readerOf } from './readers.ts';
import { type Hunk, rangeOf, type Segment, SIDES, type Side, segmentsOf, sideOf } from './segments.ts';
import { union } from './union.ts';
import { widen } from './widen.ts';

/** More than anybody's imports: a file made to be slow stays in conflict. */
const MOST_SEGMENTS = 50;
const MOST_IMPORTS = 1_000;

/**
 * A file whose hunks hold nothing but imports, with the imports of both sides. `merged` is what `git merge-file --diff3`
 * wrote with markers of that length. Undefined: some hunk holds more, or the result would say a name twice.
 */
export const mergeImports = (path: string, merged: string, marker: number): string | undefined => {
  const reader = readerOf(path);
  if (reader === undefined || !merged.endsWith('\n')) return undefined;
  const known = new Map<string, readonly Import[] | undefined>();
  const read = (segments: readonly Segment[], side: Side): readonly Import[] | undefined => {
    const text = sideOf(segments, side);
    if (!known.has(text)) known.set(text, reader(text));
    return known.get(text);
  };
  const begun = segmentsOf(merged, marker);
  if (begun.length > MOST_SEGMENTS) return undefined;
  const segments = widen(begun, read);
  if (segments === undefined) return undefined;
  const resolved: string[] = [];
  for (const segment of segments) {
    const text = 'settled' in segment ? segment.settled.join('') : hunkText(segments, segment, read);
    if (text === undefined) return undefined;
    resolved.push(text);
  }
  const result = resolved.join('');
  const [before, after] = [SIDES.map((side) => read(segments, side) ?? []), reader(result)];
  return after !== undefined && isSound(before, after) ? result : undefined;
};

const hunkText = (
  segments: readonly Segment[],
  hunk: Hunk,
  read: (segments: readonly Segment[], side: Side) => readonly Import[] | undefined,
): string | undefined => {
  const within = (side: Side): readonly Import[] | undefined => {
    const { start, end } = rangeOf(segments, hunk, side);
    const imports = (read(segments, side) ?? []).filter((one) => one.start >= start && one.end <= end);
    if (imports.length > MOST_IMPORTS) return undefined;
    const covered = new Set<number>();
    for (const one of imports) for (let line = one.start; line < one.end; line += 1) covered.add(line - start);
    return hunk[side].every((line, at) => covered.has(at) || line.trim() === '') ? imports : undefined;
  };
  const [ours, base, theirs] = SIDES.map(within);
  if (ours === undefined || base === undefined || theirs === undefined) return undefined;
  const { start } = rangeOf(segments, hunk, 'ours');
  let last = start;
  const spaced = ours.map((one) => {
    const blank = hunk.ours.slice(last - start, one.start - start).join('');
    last = one.end;
    return { import: one, blank };
  });
  const text = union({ ours: spaced, base, theirs });
  return text === undefined ? undefined : `${text}${hunk.ours.slice(last - start).join('')}`;
};

/** No name said twice that no side said twice, and what must stand first still does. */
const isSound = (before: readonly (readonly Import[])[], after: readonly Import[]): boolean => {
  const known = new Set(before.flatMap(doubles));
  return doubles(after).every((name) => known.has(name)) && futureIsFirst(after);
};

/** Names that several statements give, apart from those inside of something. */
const doubles = (imports: readonly Import[]): readonly string[] => {
  const seen = new Set<string>();
  return imports
    .filter(({ raw }) => !/^[ \t]/.test(raw) || /^[ \t]*(?:[\w.]+[ \t]+)?["`]/.test(raw))
    .flatMap(({ names }) => names.flatMap(({ local }) => local ?? []))
    .filter((local) => seen.size === seen.add(local).size);
};

/** Python wants `from __future__` before every other import. */
const futureIsFirst = (imports: readonly Import[]): boolean => {
  const future = imports.map(({ source }) => source === 'from __future__');
  return (
    !future.includes(true) || future.lastIndexOf(true) < (future.includes(false) ? future.indexOf(false) : Infinity)
  );
};
