import { settleBrackets } from './go-brackets.ts';
import type { Import } from './import.ts';
import { readerOf } from './readers.ts';
import { type Hunk, rangeOf, type Segment, SIDES, type Side, segmentsOf, sideOf } from './segments.ts';
import { type InFile, union } from './union.ts';
import { idsOf, wantedIds } from './wanted.ts';
import { widen } from './widen.ts';

/** More than anybody's imports: a file made to be slow stays in conflict. */
const MOST_SEGMENTS = 50;
const MOST_IMPORTS = 1_000;

/** A conflicted file: `merged` is what `git merge-file --diff3` wrote of the three with markers of a length. */
export type ConflictedFile = Readonly<Record<Side, string>> & { readonly merged: string; readonly marker: number };

/**
 * A file whose hunks hold nothing but imports, with the imports of both sides. Undefined: some hunk holds more, the result
 * would say a name twice, or it would not import exactly what both differences leave.
 */
export const mergeImports = (path: string, { merged, marker, ...versions }: ConflictedFile): string | undefined => {
  const reader = readerOf(path);
  if (reader === undefined || !merged.endsWith('\n')) return undefined;
  const [o, b, t] = SIDES.map((side) => reader(versions[side]));
  if (o === undefined || b === undefined || t === undefined) return undefined;
  const wanted = wantedIds(b, o, t);
  if (hidesNames(wanted, idsOf(o), idsOf(t))) return undefined;
  const known = new Map<string, readonly Import[] | undefined>();
  const read = (segments: readonly Segment[], side: Side): readonly Import[] | undefined => {
    const text = sideOf(segments, side);
    if (!known.has(text)) known.set(text, reader(text));
    return known.get(text);
  };
  const begun = settleBrackets(segmentsOf(merged, marker));
  if (begun.length > MOST_SEGMENTS) return undefined;
  const segments = widen(begun, read);
  if (segments === undefined) return undefined;
  const present = idsOf(read(segments, 'ours') ?? []);
  const resolved: string[] = [];
  for (const segment of segments) {
    const text =
      'settled' in segment ? segment.settled.join('') : hunkText(segments, segment, read, { wanted, present });
    if (text === undefined) return undefined;
    resolved.push(text);
  }
  const result = resolved.join('');
  const [before, after] = [SIDES.map((side) => read(segments, side) ?? []), reader(result)];
  if (after === undefined || !isSound(before, after)) return undefined;
  const found = idsOf(after);
  return found.size === wanted.size && [...wanted].every((id) => found.has(id)) ? result : undefined;
};

/** Does one side alone import whatever a module has? That may take the place of names of the other side without a word. */
const hidesNames = (wanted: ReadonlySet<string>, ...sides: readonly ReadonlySet<string>[]): boolean =>
  [...wanted].some((id) => id.endsWith('\0*') && sides.some((side) => !side.has(id)));

const hunkText = (
  segments: readonly Segment[],
  hunk: Hunk,
  read: (segments: readonly Segment[], side: Side) => readonly Import[] | undefined,
  file: InFile,
): string | undefined => {
  const within = (side: Side): readonly Import[] | undefined => {
    const { start, end } = rangeOf(segments, hunk, side);
    const imports = (read(segments, side) ?? []).filter((one) => one.start >= start && one.end <= end);
    if (imports.length > MOST_IMPORTS || imports.some(isInside)) return undefined;
    const covered = new Set<number>();
    for (const one of imports) for (let line = one.start; line < one.end; line += 1) covered.add(line - start);
    return hunk[side].every((line, at) => covered.has(at) || line.trim() === '') ? imports : undefined;
  };
  const [ours, , theirs] = SIDES.map(within);
  if (ours === undefined || within('base') === undefined || theirs === undefined) return undefined;
  const { start } = rangeOf(segments, hunk, 'ours');
  let last = start;
  const spaced = ours.map((one) => {
    const blank = hunk.ours.slice(last - start, one.start - start).join('');
    last = one.end;
    return { import: one, blank };
  });
  const text = union({ ours: spaced, theirs }, file);
  return text === undefined ? undefined : `${text}${hunk.ours.slice(last - start).join('')}`;
};

/** One inside of a function says nothing about the rest of the file. */
const isInside = ({ raw, source }: Import): boolean => /^[ \t]/.test(raw) && !source.startsWith('block ');

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
