import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { isLiteral, isTooBroad, matches, parsePattern } from '#core/pattern/pattern.ts';
import { pattern } from './pattern-of.ts';
import { randomFrom } from './random.ts';

describe('a pattern matches what section 2.3 says', () => {
  test.each<[string, string[], string[]]>([
    ['src/a.ts', ['src/a.ts'], ['src/a.tsx', 'a.ts', 'src/a.ts/b', 'src']],
    ['src/*.ts', ['src/a.ts', 'src/.ts', 'src/.a.ts'], ['src/a/b.ts', 'src/a.js', 'a.ts']],
    ['src/?.ts', ['src/a.ts', 'src/é.ts', 'src/😀.ts'], ['src/.ts', 'src/ab.ts', 'src///.ts']],
    ['a/**', ['a', 'a/b', 'a/b/c', 'a/.b/c'], ['ab', 'b/a']],
    ['a/', ['a/b', 'a/b/c'], ['a', 'ab']],
    ['**/a', ['a', 'b/a', 'c/b/a'], ['ba', 'a/b']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'a']],
    ['**', ['a', 'a/b', '.a/.b'], ['', 'a//b', './a', '../a', 'a/', '/a']],
    ['**/', ['a', 'a/b'], ['']],
    ['*/', ['a/b', 'a/b/c'], ['a']],
    ['a/**/', ['a/b', 'a/b/c'], ['a']],
    ['*', ['a', '.a', '...'], ['a/b', '.', '..', '']],
    ['app/[id]/page.tsx', ['app/[id]/page.tsx'], ['app/i/page.tsx', 'app/id/page.tsx']],
    ['app/[...slug]/x', ['app/[...slug]/x'], ['app/s/x']],
    ['a,b', ['a,b'], ['a', 'b']],
    ['a{b,c}d', ['abd', 'acd'], ['ad', 'abcd', 'a{b,c}d']],
    ['src/{a/b,c}.ts', ['src/a/b.ts', 'src/c.ts'], ['src/a.ts', 'src/b.ts']],
    ['{src/**,lib}/x', ['src/x', 'src/a/b/x', 'lib/x'], ['x', 'lib/a/x']],
    ['x/{a/,b}', ['x/a/y', 'x/b'], ['x/a', 'x/b/y']],
    ['x{/a,b}', ['x/a', 'xb'], ['xa']],
    ['{a,b}{c,d}', ['ac', 'ad', 'bc', 'bd'], ['ab', 'cd', 'a']],
    ['{*,a}{*,b}', ['a/b', 'x/y/z', 'q'], []],
    ['{a,aa}{a,b}', ['aa', 'ab', 'aaa', 'aab'], ['a', 'b']],
    ['...', ['...'], ['..']],
    ['a b/(c)+!@#$&~;\'"|<>:', ['a b/(c)+!@#$&~;\'"|<>:'], []],
    ['CON.', ['CON.'], ['CON']],
  ])('%s', (text, yes, no) => {
    for (const path of yes) expect(matches(pattern(text), path), path).toBe(true);
    for (const path of no) expect(matches(pattern(text), path), path).toBe(false);
  });
});

describe('paths that differ only in case or normal form are one path', () => {
  test.each<[string, string, boolean]>([
    ['src/Auth.ts', 'SRC/aUTH.TS', true],
    ['caf\u{e9}/*', 'CAFE\u{301}/a', true],
    ['caf?', 'cafe\u{301}', true],
    ['stra\u{df}e', 'STRASSE', false],
    ['stra\u{df}e', 'STRA\u{1e9e}E', true],
    ['\u{3c3}', '\u{3c2}', true],
    ['\u{3a3}', '\u{3c2}', true],
    ['k', '\u{212a}', true],
    ['s', '\u{17f}', true],
    ['i', '\u{130}', false],
    ['\u{131}', 'I', false],
    ['\u{1f0}', 'J\u{30c}', true],
    ['\u{10400}', '\u{10428}', true],
    ['\u{13a0}', '\u{ab70}', true],
    ['\u{fb05}', '\u{fb06}', true],
    ['\u{fb01}', 'fi', false],
  ])('%s and %s', (text, path, same) => {
    expect(matches(pattern(text), path)).toBe(same);
    expect(matches(pattern(path), text)).toBe(same && !/[*?]/u.test(text));
  });
});

describe('what is no pattern says why, and how to mend it', () => {
  test.each<[string, string, string?]>([
    ['', 'is empty'],
    ['/', 'begins with `/`'],
    ['/src/a.ts', 'begins with `/`', 'write `src/a.ts`'],
    ['./src/a.ts', 'has a `.` segment', 'write `src/a.ts`'],
    ['src/./a.ts', 'has a `.` segment', 'write `src/a.ts`'],
    ['.', 'has a `.` segment'],
    ['..', 'has a `..` segment'],
    ['../a', 'has a `..` segment'],
    ['a/../b', 'has a `..` segment'],
    ['a/..', 'has a `..` segment'],
    ['a//b', 'has an empty segment', 'write `a/b`'],
    ['a//', 'has an empty segment', 'write `a/`'],
    ['src\\a.ts', 'contains a backslash', 'write `src/a.ts`'],
    ['a\tb', 'contains a control character'],
    ['a\u{0}', 'contains a control character'],
    ['a\u{7f}', 'contains a control character'],
    ['a\u{85}', 'contains a control character'],
    ['\u{d800}', 'is not well-formed Unicode'],
    ['src/**.ts', 'has a `**` that shares its segment', 'write `src/**/*.ts`'],
    ['src**', 'has a `**` that shares its segment', 'write `src/**`'],
    ['src/a**b/c', 'has a `**` that shares its segment', 'write `src/a/**/*b/c`'],
    ['***', 'has a `**` that shares its segment', 'write `**`'],
    ['**a', 'has a `**` that shares its segment', 'write `**/*a`'],
    ['{a,**}b', 'has a `**` that shares its segment'],
    ['*{*,a}b', 'has a `**` that shares its segment'],
    ['{a/,b}/c', 'has an empty segment'],
    ['x/{/a,b}', 'has an empty segment'],
    ['{/a,b}', 'begins with `/`'],
    ['{.,a}/b', 'has a `.` segment'],
    ['.{.,a}/b', 'has a `..` segment'],
    ['{a', 'has a `{` that is not closed'],
    ['a}', 'has a `}` that closes nothing'],
    ['{a,b}}', 'has a `}` that closes nothing'],
    ['{a,{b,c}}', 'has a brace inside a brace'],
    ['{}', 'has an empty alternative in a brace'],
    ['{,a}', 'has an empty alternative in a brace'],
    ['{a,}', 'has an empty alternative in a brace'],
    ['{a,,b}', 'has an empty alternative in a brace', 'write `{a,b}`'],
    ['{a}', 'has a brace with a single alternative', 'write `a`'],
    ['a'.repeat(4_097), 'stands for a path of more than 4,096 characters'],
  ])('%j', (text, why, hint) => {
    expect(parsePattern(text)).toEqual(hint === undefined ? { ok: false, why } : { ok: false, why, hint });
  });

  test('what is valid stays valid: long alternatives, dots in names, names that Windows cannot hold', () => {
    const many = `src/{${Array.from({ length: 5_000 }, (_, index) => `f${index}`).join(',')}}.ts`;
    for (const text of ['a'.repeat(4_096), '.a', 'a.', '..a', '...', '.github', 'nul', 'a:b', 'a ', many]) {
      expect(parsePattern(text).ok, text.slice(0, 20)).toBe(true);
    }
  });
});

test('a pattern that is written decomposed becomes composed', () => {
  expect(pattern('cafe\u{301}').text).toBe('caf\u{e9}');
});

test('a pattern is too broad when a wildcard of it can be the only segment of a path', () => {
  const broad = [
    '**',
    '*',
    '?',
    'READ*',
    '**/*.ts',
    '*/**',
    '**/',
    '**/**',
    '{a,*}',
    '**/a*',
    '{a,b}?',
    '**/*',
    'a{b,*}',
    '{*,a}{*,b}',
  ];
  const narrow = [
    '**/Dockerfile',
    '*/x.ts',
    'a',
    'a/**',
    '*/',
    '**/a/',
    '**/*/',
    'a/*',
    '{a,b}',
    '**/a/**',
    '{a/*,b}',
    '*/*',
    '**/*/a',
  ];
  for (const text of broad) expect(isTooBroad(pattern(text)), text).toBe(true);
  for (const text of narrow) expect(isTooBroad(pattern(text)), text).toBe(false);
});

test('a pattern is literal when it names one file', () => {
  for (const text of ['a', 'app/[id].ts', 'a,b']) expect(isLiteral(pattern(text)), text).toBe(true);
  for (const text of ['a*', 'a?', 'a/', '{a,b}', '**/a']) expect(isLiteral(pattern(text)), text).toBe(false);
});

test('picomatch is of one mind where the languages agree', () => {
  const random = randomFrom(5);
  const pick = <Kind>(from: readonly Kind[]): Kind => from[Math.floor(random() * from.length)] as Kind;
  const segment = (): string =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(['a', 'b', 'ab', '?', '*'])).join('');
  const name = (): string => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(['a', 'b'])).join('');
  let matched = 0;
  for (let round = 0; round < 20_000; round++) {
    const segments = Array.from({ length: 1 + Math.floor(random() * 3) }, () => (random() < 0.2 ? '**' : segment()));
    const text = segments.join('/');
    const path = Array.from({ length: 1 + Math.floor(random() * 3) }, name).join('/');
    const parsed = parsePattern(text);
    // Wildcards side by side, and before a last `**`, are where picomatch goes ways of its own.
    if (!parsed.ok || /[*?][*?](?<!\/\*\*)(?<!^\*\*)|[*?]\/\*\*/u.test(text)) continue;
    const answer = matches(parsed.pattern, path);
    if (answer) matched++;
    expect(answer, `${text} on ${path}`).toBe(picomatch(text, { dot: true })(path));
  }
  expect(matched).toBeGreaterThan(1_000);
});
