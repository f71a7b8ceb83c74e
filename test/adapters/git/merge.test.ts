import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sha } from '#core/types.ts';
import type { Git } from '#engine/ports.ts';
import { AT, type Files, Place, typed } from './place.ts';

let place: Place;
let git: Git;
beforeEach(() => {
  place = new Place();
  git = place.git();
});
afterEach(() => place.remove());

/** A base and two branches on it, fetched. */
async function fork(
  base: Files,
  a: Files,
  b: Files,
  remove: { a?: string[]; b?: string[] } = {},
): Promise<[Sha, Sha, Sha]> {
  const start = place.commit('main', base);
  const one = place.commit('a', a, { from: start, ...(remove.a === undefined ? {} : { remove: remove.a }) });
  const two = place.commit('b', b, { from: start, ...(remove.b === undefined ? {} : { remove: remove.b }) });
  await git.fetch(place.repository);
  return [start, one, two];
}

const merge = (into: Sha, head: Sha) => git.merge(place.repository, into, head, 'Merge', AT);

test('a merge is the same commit each time, and the one that git merge would make', async () => {
  const [, a, b] = await fork({ x: '1\n2\n3\n4\n5\n' }, { x: 'one\n2\n3\n4\n5\n' }, { x: '1\n2\n3\n4\nfive\n' });
  const first = await merge(a, b);
  expect(await place.git().merge(place.repository, a, b, 'Merge', AT)).toEqual(first);
  typed(place.person, 'checkout', '-q', 'a');
  typed(place.person, 'merge', '-q', '--no-edit', 'b');
  if (!first.clean) throw new Error('not clean');
  expect(typed(place.mirror, 'rev-parse', `${first.commit}^{tree}`)).toBe(
    typed(place.person, 'rev-parse', 'HEAD^{tree}'),
  );
});

test('conflicts name their files: changes, a deletion, a file against a folder, binaries', async () => {
  const [, a, b] = await fork(
    { text: '1\n', deleted: '1\n', 'bi\nnary': new Uint8Array([0, 1]), other: '1\n' },
    { text: '2\n', 'bi\nnary': new Uint8Array([0, 2]), place: 'a file\n' },
    { text: '3\n', deleted: '2\n', 'bi\nnary': new Uint8Array([0, 3]), 'place/inner': 'in a folder\n' },
    { a: ['deleted'] },
  );
  const outcome = await merge(a, b);
  expect(outcome).toMatchObject({ clean: false });
  expect(outcome.clean ? [] : outcome.files).toEqual(expect.arrayContaining(['bi\nnary', 'deleted', 'text']));
});

test('committed attributes count in the bare clone, as they do for a person', async () => {
  const base = {
    '.gitattributes': 'CHANGES merge=union\n',
    'docs/.gitattributes': '*.md merge=union\n',
    CHANGES: 'start\n',
    'docs/a.md': 'start\n',
  };
  const [, a, b] = await fork(
    base,
    { CHANGES: 'start\na\n', 'docs/a.md': 'start\na\n' },
    { CHANGES: 'start\nb\n', 'docs/a.md': 'start\nb\n' },
  );
  // Without them this is a conflict: git 2.39 ignores them in a bare repository.
  expect(() => typed(place.mirror, 'merge-tree', '--write-tree', a, b)).toThrow();
  const outcome = await merge(a, b);
  if (!outcome.clean) throw new Error(`conflict in ${outcome.files.join()}`);
  expect(await git.read(place.repository, outcome.commit, 'docs/a.md')).toBe('start\na\nb\n');
});

test('a merge driver named in committed attributes runs nothing', async () => {
  const base = { '.gitattributes': '* merge=evil\n', x: '1\n' };
  const [, a, b] = await fork(base, { x: '2\n' }, { x: '3\n' });
  expect(await merge(a, b)).toEqual({ clean: false, files: ['x'] });
});

test('names that collide only in case or Unicode form are no clean merge', async () => {
  const [start, a, b] = await fork(
    { x: '1\n' },
    { 'src/Auth.ts': 'a\n', 'caf\u00e9': 'a\n' },
    { 'src/auth.ts': 'b\n', 'cafe\u0301': 'b\n' },
  );
  expect(await merge(a, b)).toEqual({
    clean: false,
    files: ['cafe\u0301', 'caf\u00e9', 'src/Auth.ts', 'src/auth.ts'],
    why: 'names that differ only in case or Unicode form',
  });
  // Each alone is fine, and the chain goes on from where it was.
  expect(await merge(start, b)).toMatchObject({ clean: true });
  expect(await merge(a, b)).toMatchObject({ clean: false });
});

test('a collision with what an earlier link of the chain brought is found, one that it took away is none', async () => {
  const [start, a, b] = await fork(
    { old: '1\n', keep: '1\n' },
    { NEW: 'a\n' },
    { new: 'b\n', OLD: 'b\n' },
    { a: ['old'] },
  );
  const first = await merge(start, a);
  if (!first.clean) throw new Error('not clean');
  expect(await merge(first.commit, b)).toEqual({
    clean: false,
    files: ['NEW', 'new'],
    why: 'names that differ only in case or Unicode form',
  });
  expect(await git.paths(place.repository, first.commit)).toEqual(['NEW', 'keep']);
});

test('a file beside a folder of the same name in other letters collides', async () => {
  const [, a, b] = await fork({ x: '1\n' }, { 'docs/a.md': 'a\n' }, { Docs: 'b\n' });
  expect(await merge(a, b)).toMatchObject({ clean: false, files: ['Docs', 'docs/a.md'] });
  expect(await merge(b, a)).toMatchObject({ clean: false, files: ['Docs', 'docs/a.md'] });
});

test('unrelated histories are told as such', async () => {
  const a = place.commit('main', { x: '1\n' });
  typed(place.person, 'checkout', '-q', '--orphan', 'island');
  const b = place.commit('island', { y: '1\n' });
  await git.fetch(place.repository);
  expect(await merge(a, b)).toEqual({ clean: false, files: [], why: 'the histories are unrelated' });
});

test('a commit that is not there is trouble, not a conflict', async () => {
  const [, a] = await fork({ x: '1\n' }, { x: '2\n' }, {});
  await expect(merge(a, 'd'.repeat(40))).rejects.toThrow();
  await expect(merge('d'.repeat(40), a)).rejects.toThrow();
});

test('a branch on top of the base still gets a merge commit, and one that changes nothing too', async () => {
  const [start, a, b] = await fork({ x: '1\n' }, { x: '2\n' }, {});
  const onTop = await merge(start, a);
  expect(onTop.clean && (await git.parents(place.repository, onTop.commit))).toEqual([start, a]);
  const empty = await merge(start, b);
  expect(empty.clean && (await git.parents(place.repository, empty.commit))).toEqual([start, b]);
});

test('what one merge brought does not count against another one into the same commit', async () => {
  const [start, a, b] = await fork({ x: '1\n' }, { a: '2\n' }, { A: '2\n' });
  const tip = await git.commitFiles(place.repository, start, [{ path: 'y', content: 'y' }], 'y', AT);
  // A head that conflicts leaves the names of the tip for the next merge.
  const conflicting = await git.commitFiles(place.repository, start, [{ path: 'y', content: 'z' }], 'z', AT);
  expect(await merge(tip, conflicting)).toEqual({ clean: false, files: ['y'] });
  expect(await merge(tip, a)).toMatchObject({ clean: true });
  expect(await merge(tip, b)).toMatchObject({ clean: true });
});

test('merging at once from one commit is no different from merging one after another', async () => {
  const [start, a, b] = await fork({ x: '1\n' }, { a: '2\n' }, { A: '2\n' });
  const together = await Promise.all([merge(start, a), merge(start, b), merge(start, a), merge(start, b)]);
  expect(together.map(({ clean }) => clean)).toEqual([true, true, true, true]);
  expect(together[0]).toEqual(await merge(start, a));
});

test('a merge commit is the very object that git itself would have made of it', async () => {
  const base = place.commit('main', { a: '1\n' });
  const one = place.commit('one', { b: '1\n' }, { from: base });
  const git = place.git();
  await git.fetch(place.repository);
  for (const message of ['Merge', 'Merge née 🎉 \ud800\0\n\nForkjoin-Plan: 1-2\n\n\n', '']) {
    const outcome = await git.merge(place.repository, base, one, message, AT);
    if (!outcome.clean) throw new Error('a conflict');
    expect(await git.commitTree(place.repository, outcome.tree, [base, one], message, AT)).toBe(outcome.commit);
  }
  expect(typed(place.mirror, 'fsck', '--strict', '--no-dangling', '--no-progress')).toBe('');
});
