import { expect, test } from 'vitest';
import { covers } from '#core/pattern/cover.ts';
import { overlap } from '#core/pattern/overlap.ts';
import { isTooBroad, matches, type Pattern, parsePattern } from '#core/pattern/pattern.ts';
import { broad, clashes, readings, segmentsMatch, sharedLength } from './oracle.ts';
import { randomFrom, randomPattern } from './random.ts';

type Subject = { readonly text: string; readonly pattern: Pattern; readonly readings: string[][] };

/** So many valid patterns; on the way, source and oracle must agree on which texts are none. */
const subjects = (count: number, seed: number): Subject[] => {
  const random = randomFrom(seed);
  const found: Subject[] = [];
  while (found.length < count) {
    const text = randomPattern(random);
    const parsed = parsePattern(text);
    const read = readings(text);
    if (parsed.ok !== (read !== undefined)) expect.fail(`${text}: ${JSON.stringify(parsed)}`);
    if (parsed.ok && read) found.push({ text, pattern: parsed.pattern, readings: read });
  }
  return found;
};

/** Every path over a small alphabet up to a length, valid ones only. */
const paths = (alphabet: string, longest: number): string[] => {
  let grown = [''];
  const all: string[] = [];
  for (let length = 1; length <= longest; length++) {
    grown = grown.flatMap((path) => [...alphabet].map((letter) => path + letter));
    all.push(...grown.filter((path) => path.split('/').every((name) => !['', '.', '..'].includes(name))));
  }
  return all;
};

const oracleMatches = (subject: Subject, path: string): boolean =>
  subject.readings.some((reading) => segmentsMatch(reading, path.split('/')));

test('100,000 random pairs of patterns overlap exactly when the oracle says so, with a shortest example', () => {
  const all = subjects(200_000, 20_260_101);
  let meetings = 0;
  for (let index = 0; index < all.length; index += 2) {
    const [one, other] = [all[index] as Subject, all[index + 1] as Subject];
    const pairs = one.readings.flatMap((a) => other.readings.map((b) => [a, b] as const));
    const lengths = pairs.map(([a, b]) => sharedLength(a, b)).filter((length) => length !== undefined);
    const path = overlap(one.pattern, other.pattern);
    const clash = pairs.some(([a, b]) => clashes(a, b) || clashes(b, a));
    const what = `${one.text} with ${other.text}: ${path}`;
    if ((path !== undefined) !== (lengths.length > 0 || clash)) expect.fail(what);
    if (path === undefined) continue;
    meetings++;
    if (lengths.length === 0) continue;
    if (path.length !== Math.min(...lengths)) expect.fail(`${what} is not ${Math.min(...lengths)} long`);
    if (!oracleMatches(one, path) || !oracleMatches(other, path)) expect.fail(`${what} does not match both`);
  }
  expect(meetings).toBeGreaterThan(20_000);
}, 60_000);

test('random patterns match exactly the paths that the oracle matches', () => {
  const every = paths('ab./', 5);
  for (const subject of subjects(1_500, 7)) {
    for (const path of every) {
      if (matches(subject.pattern, path) !== oracleMatches(subject, path)) expect.fail(`${subject.text} on ${path}`);
    }
    if (isTooBroad(subject.pattern) !== subject.readings.some(broad)) expect.fail(`${subject.text} too broad`);
  }
}, 60_000);

test('a random scope covers a pattern only when it matches all of its paths, and says so whenever it does', () => {
  const every = paths('abx./', 5);
  // Short enough that whatever escapes shows within the paths that are listed.
  const all = subjects(40_000, 99)
    .filter(({ text }) => text.length < 4)
    .slice(0, 6_000);
  const sets = new Map(all.map((subject) => [subject, new Set(every.filter((path) => oracleMatches(subject, path)))]));
  const unsure: string[] = [];
  let covered = 0;
  for (let index = 0; index < all.length; index += 3) {
    const [one, two, wanted] = all.slice(index, index + 3) as [Subject, Subject, Subject];
    const escaped = [...(sets.get(wanted) ?? [])].some(
      (path) => !sets.get(one)?.has(path) && !sets.get(two)?.has(path),
    );
    const answer = covers([one.pattern, two.pattern], wanted.pattern);
    if (answer) covered++;
    if (answer && escaped) expect.fail(`${one.text} and ${two.text} do not cover ${wanted.text}`);
    if (!answer && !escaped) unsure.push(`${one.text} ${two.text} > ${wanted.text}`);
  }
  expect(covered).toBeGreaterThan(30);
  expect(unsure).toEqual([]);
}, 60_000);
