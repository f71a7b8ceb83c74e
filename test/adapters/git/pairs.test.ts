import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GitFolder } from '#adapters/git/mirror.ts';
import { mergePairs } from '#adapters/git/pairs.ts';
import type { Sha } from '#core/types.ts';
import { type Files, Place, typed } from './place.ts';

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

test('many random pairs are judged as git merge judges them', async () => {
  const base = place.commit(
    'main',
    Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`d${n % 3}/f${n}`, `${n}\n`.repeat(12)])),
  );
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const heads = Array.from({ length: 12 }, (_, number) => {
    const files: Files = {};
    const remove: string[] = [];
    for (let edit = 0; edit < 3; edit += 1) {
      const n = random(12);
      const path = `d${n % 3}/f${n}`;
      const lines = `${n}\n`.repeat(12).split('\n');
      lines[random(12)] = `edited by ${number}`;
      const what = random(5);
      if (what === 0 && !remove.includes(path) && !(path in files)) remove.push(path);
      else if (what === 1) files[`new/${random(4)}`] = `${random(2)}\n`;
      else if (what === 2 && !remove.includes(path) && !(path in files)) {
        remove.push(path);
        files[`moved/${n}`] = lines.join('\n');
      } else if (!remove.includes(path)) files[path] = lines.join('\n');
    }
    return branch(`b${number}`, base, files, remove);
  });
  const pairs = heads.flatMap((a, at) => heads.slice(at + 1).map((b) => [a, b] as const));
  const outcomes = await mergePairs(folder, base, pairs);
  const judged = pairs.map(([a, b]) => {
    typed(place.person, 'checkout', '-q', '--detach', a);
    try {
      typed(place.person, '-c', 'merge.directoryRenames=false', 'merge', '-q', '--no-commit', '--no-ff', b);
      return true;
    } catch {
      return false;
    } finally {
      typed(place.person, 'reset', '-q', '--hard');
    }
  });
  expect(outcomes.map(({ clean }) => clean)).toEqual(judged);
  expect(new Set(judged).size).toBe(2);
});
