import { describe, expect, test } from 'vitest';
import { covers } from '#core/pattern/cover.ts';
import { overlap } from '#core/pattern/overlap.ts';
import { matches } from '#core/pattern/pattern.ts';
import { worked } from '../../services/worked.ts';
import { pattern } from './pattern-of.ts';

describe('two patterns overlap when some path matches both', () => {
  test.each<[string, string, string | undefined]>([
    ['src/a.ts', 'src/a.ts', 'src/a.ts'],
    ['src/a.ts', 'src/b.ts', undefined],
    ['src/*.ts', 'src/A.ts', 'src/A.ts'],
    ['src/Auth/*.ts', 'src/auth/?.*', 'src/Auth/x.ts'],
    ['src/**', 'src/a/b.ts', 'src/a/b.ts'],
    ['src/**', 'lib/**', undefined],
    ['**/*.test.ts', 'src/**', 'src/.test.ts'],
    ['src/a*', 'src/*b', 'src/ab'],
    ['src/a*', 'src/*a', 'src/a'],
    ['?', '.*', undefined],
    ['??', '.*', '.x'],
    ['a/', 'a', 'a'],
    ['a/', 'a/**', 'a/x'],
    ['a/**', 'a', 'a'],
    ['{a,b}/x', '{b,c}/x', 'b/x'],
    ['{a,b}/x', '{c,d}/x', undefined],
    ['caf\u{e9}', 'CAFE\u{301}', 'caf\u{e9}'],
    ['app/[id]/*', 'app/*/page.tsx', 'app/[id]/page.tsx'],
    ['app/[id]/x', 'app/i/x', undefined],
  ])('%s and %s', (one, other, path) => {
    expect(overlap(pattern(one), pattern(other))).toBe(path);
    expect(overlap(pattern(other), pattern(one))?.length).toBe(path?.length);
  });
});

describe('a file meets what spells it out as a folder', () => {
  test.each<[string, string, string | undefined]>([
    ['src/auth', 'src/auth/x.ts', 'src/auth'],
    ['src/auth', 'src/auth/*.ts', 'src/auth'],
    ['src/auth', 'src/auth/', 'src/auth'],
    ['src/auth', 'SRC/Auth/*/b', 'src/auth'],
    ['src/auth', 'src/*/x.ts', undefined],
    ['src/auth', 'src/authors.ts', undefined],
    ['src/auth', '**/auth/x.ts', undefined],
    ['src/au*', 'src/auth/x.ts', undefined],
    ['src/{auth,user}', 'src/user/x.ts', 'src/user'],
    ['src/auth', '{lib,src/auth}/x.ts', 'src/auth'],
    ['src/{a,b}uth', '{src/auth,lib}/?.ts', 'src/auth'],
    ['src/{auth,*.ts}', 'src/auth/x', 'src/auth'],
    ['{src,lib}/{a,b}', 'lib/b/c', 'lib/b'],
  ])('%s and %s', (one, other, path) => {
    expect(overlap(pattern(one), pattern(other))).toBe(path);
    expect(overlap(pattern(other), pattern(one))?.toLowerCase()).toBe(path);
  });
});

describe('a scope covers a pattern when all of its paths lie inside', () => {
  test.each<[string[], string, boolean]>([
    [['src/**'], 'src/a.ts', true],
    [['src/**'], 'src/*/b', true],
    [['src/'], 'src', false],
    [['src/**'], 'src', true],
    [['src/*.ts'], 'src/*', false],
    [['src/a', 'src/b'], 'src/{a,b}', true],
    [['src/a', 'src/b'], 'src/{a,b,c}', false],
    [['*', '*/**'], '**', true],
    [['*/', '?', '??*'], '**', true],
    [['SRC/**'], 'src/a', true],
    [[], 'a', false],
    [['a*', '[!a]*'], 'b', false],
  ])('%j and %s', (scope, wanted, covered) => {
    expect(covers(scope.map(pattern), pattern(wanted))).toBe(covered);
  });
});

const letters = (count: number, prefix: string): string =>
  `{${Array.from({ length: count }, (_, index) => prefix + index).join(',')}}`;

describe('no pair of patterns takes long', () => {
  test.each<[string, string, string]>([
    ['many `**`', `${'**/'.repeat(333)}b`, `${'**/'.repeat(333)}c`],
    ['many `**` with names', `${'**/a/'.repeat(199)}b?`, `${'**/a/'.repeat(199)}c?`],
    ['many `*`', `${'*a'.repeat(499)}b?`, `${'*a'.repeat(499)}c?`],
    ['many `*` that interleave', `${'*a'.repeat(400)}b*`, `${'*b'.repeat(400)}a*`],
    ['many `?`', `${'?'.repeat(998)}b?`, `${'*a'.repeat(499)}c?`],
    ['many braces', `${'{a,aa,aaa}*'.repeat(90)}b?`, `${'{a,aa,aaa}*'.repeat(90)}c?`],
    ['braces without end', '{a,b}'.repeat(200), `${'{b,c}'.repeat(199)}d`],
    ['thousands of alternatives', `x/${letters(5_000, 'a')}.ts`, `x/${letters(5_000, 'b')}.ts`],
  ])('%s', (_, one, other) => {
    const [a, b] = [pattern(one), pattern(other)];
    const start = worked();
    const path = overlap(a, b);
    expect(start()).toBeLessThan(500);
    if (path !== undefined) expect(matches(a, path) && matches(b, path)).toBe(true);
  });

  test('the number of alternatives does not matter', () => {
    const start = worked();
    expect(overlap(pattern('{a,b}'.repeat(400)), pattern('{b,c}'.repeat(400)))).toBe('b'.repeat(400));
    expect(overlap(pattern(`x/${letters(5_000, 'a')}`), pattern(`x/${letters(5_000, 'a4')}`))).toMatch(/^x\/a\d+$/u);
    expect(start()).toBeLessThan(500);
  });

  test('coverage that would need too many sets is answered with no', () => {
    const start = worked();
    expect(covers([pattern(`*a${'?'.repeat(60)}`), pattern('b')], pattern(`*a${'?'.repeat(60)}{a,b}`))).toBe(false);
    expect(start()).toBeLessThan(2_000);
  });
});
