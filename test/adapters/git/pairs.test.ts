import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ForecastMemory } from '#adapters/git/forecast-memory.ts';
import type { GitFolder } from '#adapters/git/mirror.ts';
import { mergePairs } from '#adapters/git/pairs.ts';
import type { Sha } from '#core/types.ts';
import { type Files, Place, typed, write } from './place.ts';

let place: Place;
let folder: GitFolder;
beforeEach(() => {
  place = new Place();
  folder = { gitDir: join(place.person, '.git'), ground: { home: place.root } };
});
afterEach(() => place.remove());

const branch = (name: string, from: Sha, files: Files, remove: string[] = []) =>
  place.commit(name, files, { from, remove, push: false });

/** Every file below the git folder, with its content's hash. */
function everything(): string {
  const files = readdirSync(folder.gitDir, { recursive: true }).map(String).sort();
  return createHash('sha256').update(files.join('\n')).digest('hex');
}

test('pairs are told clean or with their files, and the repository is as before', async () => {
  const base = place.commit('main', { a: '1\n', b: '1\n' });
  const one = branch('one', base, { a: '2\n' });
  const two = branch('two', base, { a: '3\n' });
  const three = branch('three', base, { b: '2\n' });
  const before = everything();
  expect(
    await mergePairs(folder, base, [
      [one, two],
      [one, three],
      [two, three],
      [one, one],
    ]),
  ).toEqual([{ clean: false, files: ['a'] }, { clean: true }, { clean: true }, { clean: true }]);
  expect(everything()).toBe(before);
});

test('what the base changed since is no conflict of a pair, and a head that does not go with the base is to blame alone', async () => {
  const start = place.commit('main', { a: '1\n2\n3\n4\n5\n6\n7\n8\n', b: '1\n' });
  const one = branch('one', start, { a: 'one\n2\n3\n4\n5\n6\n7\n8\n' });
  const two = branch('two', start, { b: '2\n' });
  const stale = branch('stale', start, { a: '1\n2\n3\n4\n5\n6\n7\nstale\n' });
  const base = branch('main', start, { a: '1\n2\n3\n4\n5\n6\n7\nbase\n' });
  expect(
    await mergePairs(folder, base, [
      [one, two],
      [one, stale],
      [stale, two],
    ]),
  ).toEqual([
    { clean: true },
    { clean: false, files: ['a'], reason: 'it conflicts with the base', blame: { head: stale, broken: false } },
    { clean: false, files: ['a'], reason: 'it conflicts with the base', blame: { head: stale, broken: false } },
  ]);
});

test('an unrelated and an unreadable head do not stop the others', async () => {
  const base = place.commit('main', { a: '1\n', b: '1\n' });
  const one = branch('one', base, { a: '2\n' });
  const two = branch('two', base, { a: '3\n' });
  typed(place.person, 'checkout', '-q', '--orphan', 'island');
  const island = place.commit('island', { z: '1\n' }, { push: false });
  const broken = branch('broken', base, { c: '1\n' });
  const tree = typed(place.person, 'rev-parse', `${broken}^{tree}`);
  const object = join(folder.gitDir, 'objects', tree.slice(0, 2), tree.slice(2));
  chmodSync(object, 0o644);
  writeFileSync(object, 'rubbish');
  const outcomes = await mergePairs(folder, base, [
    [island, one],
    [one, broken],
    [one, two],
    [broken, island],
  ]);
  expect(outcomes[0]).toEqual({
    clean: false,
    files: [],
    reason: 'the histories are unrelated',
    blame: { head: island, broken: false },
  });
  expect(outcomes[1]).toMatchObject({ clean: false, blame: { head: broken, broken: true } });
  expect(outcomes[2]).toEqual({ clean: false, files: ['a'] });
  expect(outcomes[3]).toMatchObject({ clean: false });
});

test('a tree that is not there is no empty tree, though git merges it as one', async () => {
  const old = place.commit('old', { a: '1\n' });
  const base = branch('main', old, { b: '1\n' });
  const [one, two] = [branch('one', base, { c: '1\n' }), branch('two', base, { d: '1\n' })];
  const [three, four] = [branch('three', old, { e: '1\n' }), branch('four', old, { f: '1\n' })];
  const tree = typed(place.person, 'rev-parse', `${old}^{tree}`);
  rmSync(join(folder.gitDir, 'objects', tree.slice(0, 2), tree.slice(2)));
  expect(typed(place.person, 'merge-tree', '--write-tree', three, base)).toMatch(/^[0-9a-f]{40}$/);
  const outcomes = await mergePairs(folder, base, [
    [one, two],
    [one, three],
    [two, four],
  ]);
  const broken = (head: Sha) => ({
    clean: false,
    files: [],
    reason: expect.stringContaining(tree),
    blame: { head, broken: true },
  });
  expect(outcomes).toEqual([{ clean: true }, broken(three), broken(four)]);
});

test('names that collide only in case or Unicode form are told with both names', async () => {
  const base = place.commit('main', { a: '1\n', README: '1\n' });
  const one = branch('one', base, { 'src/Auth.ts': '1\n', 'caf\u00e9': '1\n' });
  const two = branch('two', base, { 'src/auth.ts': '2\n', 'cafe\u0301': '2\n' });
  const folderToo = branch('folder', base, { 'SRC/AUTH.TS/x': '2\n' });
  const renamed = branch('renamed', base, { readme: '1\n' }, ['README']);
  const besides = branch('besides', base, { readme: '1\n' });
  const reason = 'names that differ only in case or Unicode form';
  expect(
    await mergePairs(folder, base, [
      [one, two],
      [one, folderToo],
      [folderToo, one],
      [one, renamed],
      [one, besides],
    ]),
  ).toEqual([
    { clean: false, files: ['cafe\u0301', 'caf\u00e9', 'src/Auth.ts', 'src/auth.ts'], reason },
    { clean: false, files: ['SRC/AUTH.TS/x', 'src/Auth.ts'], reason },
    { clean: false, files: ['SRC/AUTH.TS/x', 'src/Auth.ts'], reason },
    { clean: true },
    { clean: false, files: ['README', 'readme'], reason, blame: { head: besides, broken: false } },
  ]);
});

test('the base’s attributes count', async () => {
  const base = place.commit('main', { '.gitattributes': 'LOG merge=union\n', LOG: '0\n' });
  const one = branch('one', base, { LOG: '0\n1\n' });
  const two = branch('two', base, { LOG: '0\n2\n' });
  expect(await mergePairs(folder, base, [[one, two]])).toEqual([{ clean: true }]);
});

test('attributes that lie where git runs are nobody’s, and those of the first branch count for what it meets', async () => {
  const base = place.commit('main', { LOG: '0\n' });
  const one = branch('one', base, { LOG: '0\n1\n' });
  const two = branch('two', base, { LOG: '0\n2\n' });
  const union = branch('union', base, { '.gitattributes': 'LOG merge=union\n', LOG: '0\n3\n' });
  write(place.root, { '.gitattributes': 'LOG merge=union\n' });
  expect(
    await mergePairs(folder, base, [
      [one, two],
      [union, one],
      [one, union],
    ]),
  ).toEqual([{ clean: false, files: ['LOG'] }, { clean: true }, { clean: false, files: ['LOG'] }]);
});

test('a branch pushed again is judged from what is known of the others as if all were new', async () => {
  const start = place.commit('main', { a: '1\n2\n3\n', b: '1\n', 'd/x': '1\n', k: '1\n' });
  const late = branch('late', start, { b: 'late\n' });
  const base = branch('main', start, { drift: '1\n' });
  const others = [
    late,
    branch('touches', base, { a: 'one\n2\n3\n' }),
    branch('file', base, { e: 'a file\n' }),
    branch('cased', base, { 'New.md': '1\n' }),
    branch('apart', base, { k: '2\n' }),
  ];
  const memory = new ForecastMemory();
  const pairs = others.flatMap((a, at) => others.slice(at + 1).map((b) => [a, b] as const));
  expect(await mergePairs(folder, base, pairs, memory)).toEqual(pairs.map(() => ({ clean: true })));
  const pushed = branch('pushed', base, { a: '1\n2\nthree\n', b: 'mine\n', 'e/x': '1\n', 'new.md': '2\n' });
  const stacked = branch('stacked', pushed, { k: '3\n', b: 'again\n' });
  const row = [...others, pushed].map((other) => [stacked, other] as const);
  const again = await mergePairs(folder, base, row, memory);
  expect(again).toEqual(await mergePairs(folder, base, row));
  expect(again).toEqual([
    { clean: false, files: ['b'] },
    { clean: true },
    { clean: false, files: ['e'] },
    { clean: false, files: ['New.md', 'new.md'], reason: 'names that differ only in case or Unicode form' },
    { clean: false, files: ['k'] },
    { clean: true },
  ]);
});
