import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AT, Place, typed, write } from './place.ts';

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

test('an attempt goes from fetch to a pushed branch', async () => {
  const base = place.commit('main', { 'src/a.ts': 'a\n', 'README.md': '# sample\n' });
  const git = place.git();
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'main')).toBe(base);
  expect(await git.paths(place.repository, base)).toEqual(['README.md', 'src/a.ts']);
  expect(await git.read(place.repository, base, 'src/a.ts')).toBe('a\n');

  const worktree = await git.addWorktree(place.repository, 'item-7-1', base);
  expect(readFileSync(join(worktree.path, 'src/a.ts'), 'utf8')).toBe('a\n');
  expect(await git.worktrees()).toEqual([{ repository: place.repository, name: 'item-7-1' }]);
  write(worktree.path, { 'src/a.ts': 'A\n', 'src/b.ts': 'bb\n' });
  const { tree, changes, unstorable } = await git.snapshot(place.repository, worktree);
  expect(unstorable).toEqual([]);
  expect(changes).toEqual([
    { path: 'src/a.ts', kind: 'modified', oldMode: '100644', newMode: '100644', size: 2 },
    { path: 'src/b.ts', kind: 'added', oldMode: '000000', newMode: '100644', size: 3 },
  ]);

  const commit = await git.commitTree(place.repository, tree, [base], 'Add b\n\nRun-Id: 7', AT);
  expect(await git.commitTree(place.repository, tree, [base], 'Add b\n\nRun-Id: 7', AT)).toBe(commit);
  expect(await git.message(place.repository, commit)).toBe('Add b\n\nRun-Id: 7\n');
  expect(await git.parents(place.repository, commit)).toEqual([base]);
  expect(await git.changes(place.repository, base, commit)).toEqual(changes);

  expect(await git.push(place.repository, 'parallel/7/7-b', commit, undefined)).toEqual({ kind: 'pushed' });
  expect(await git.push(place.repository, 'parallel/7/7-b', commit, undefined)).toEqual({ kind: 'already' });
  expect(typed(place.remote, 'rev-parse', 'parallel/7/7-b')).toBe(commit);
  expect(await git.head(place.repository, 'parallel/7/7-b')).toBe(commit);
  expect(await git.branches(place.repository, 'parallel/7/')).toEqual([{ branch: 'parallel/7/7-b', head: commit }]);

  await git.removeWorktree(place.repository, 'item-7-1');
  expect(existsSync(worktree.path)).toBe(false);
  expect(typed(place.mirror, 'worktree', 'list', '--porcelain')).not.toContain('item-7-1');
  expect(await git.worktrees()).toEqual([]);
});

test('two branches merge in the bare clone, a third conflicts and names its file', async () => {
  const base = place.commit('main', { 'a.txt': '1\n', 'b.txt': '1\n' });
  const a = place.commit('a', { 'a.txt': '2\n' }, { from: base });
  const b = place.commit('b', { 'b.txt': '2\n' }, { from: base });
  const c = place.commit('c', { 'a.txt': '3\n' }, { from: base });
  const git = place.git();
  await git.fetch(place.repository);
  const first = await git.merge(place.repository, a, b, 'Merge b', AT);
  if (!first.clean) throw new Error('b conflicts');
  expect(await git.parents(place.repository, first.commit)).toEqual([a, b]);
  expect(await git.read(place.repository, first.commit, 'b.txt')).toBe('2\n');
  expect(await git.merge(place.repository, first.commit, c, 'Merge c', AT)).toEqual({ clean: false, files: ['a.txt'] });
  expect(await git.merge(place.repository, first.commit, base, 'Merge base', AT)).toMatchObject({
    clean: true,
    commit: first.commit,
  });
  expect(await git.isAncestor(place.repository, b, first.commit)).toBe(true);
  expect(await git.isAncestor(place.repository, c, first.commit)).toBe(false);
  expect(await git.has(place.repository, first.commit)).toBe(true);
  expect(await git.has(place.repository, 'd'.repeat(40))).toBe(false);
});

test('file contracts are committed on a base without a checkout, the same each time', async () => {
  const base = place.commit('main', { 'src/a.ts': 'a\n', shared: 'a file in the way\n' });
  const git = place.git();
  await git.fetch(place.repository);
  const files = [
    { path: 'shared/profile.ts', content: 'export type Profile = { name: string };\n' },
    { path: 'src/a.ts', content: 'é\n' },
  ];
  const commit = await git.commitFiles(place.repository, base, files, 'Contracts of #1', AT);
  expect(await git.commitFiles(place.repository, base, files, 'Contracts of #1', AT)).toBe(commit);
  expect(await git.paths(place.repository, commit)).toEqual(['shared/profile.ts', 'src/a.ts']);
  expect(await git.read(place.repository, commit, 'src/a.ts')).toBe('é\n');
  expect(typed(place.mirror, 'log', '-1', '--format=%an <%ae> %at', commit)).toBe(
    'forkjoin <forkjoin@forkjoin.invalid> 1772366400',
  );
});

test('a worktree left under a name is replaced', async () => {
  const base = place.commit('main', { a: '1\n' });
  const git = place.git();
  await git.fetch(place.repository);
  const first = await git.addWorktree(place.repository, 'item-1-1', base);
  writeFileSync(join(first.path, 'left.txt'), 'left over');
  const second = await git.addWorktree(place.repository, 'item-1-1', base);
  expect(existsSync(join(second.path, 'left.txt'))).toBe(false);
  expect((await git.snapshot(place.repository, second)).changes).toEqual([]);
});
