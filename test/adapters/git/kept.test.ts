import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Git } from '#engine/ports.ts';
import { AT, Place, typed, write } from './place.ts';

let place: Place;
let git: Git;
beforeEach(() => {
  place = new Place();
  git = place.git();
});
afterEach(() => place.remove());

test('a commit is kept under its name until it is let go; no push and no fetch mentions it', async () => {
  const base = place.commit('main', { 'a.txt': 'a' });
  await git.fetch(place.repository);
  const tree = typed(place.mirror, 'rev-parse', `${base}^{tree}`);
  const commit = await git.commitTree(place.repository, tree, [base], 'Checkpoint', AT);
  expect(await git.kept(place.repository, 'checkpoints/42-1/3')).toBeUndefined();
  await git.keep(place.repository, 'checkpoints/42-1/3', commit);
  await git.keep(place.repository, 'checkpoints/42-1/33', base);
  expect(await git.kept(place.repository, 'checkpoints/42-1/3')).toBe(commit);
  expect(await git.kept(place.repository, 'checkpoints/42-1')).toBeUndefined();
  await git.push(place.repository, 'parallel/1/3-x', base, undefined);
  await git.fetch(place.repository);
  expect(await git.kept(place.repository, 'checkpoints/42-1/3')).toBe(commit);
  expect(typed(place.remote, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\nrefs/heads/parallel/1/3-x');
  expect(await git.keptBelow('checkpoints/')).toEqual([
    { repository: place.repository, name: 'checkpoints/42-1/3' },
    { repository: place.repository, name: 'checkpoints/42-1/33' },
  ]);
  expect(await git.keptBelow('checkpoints/42')).toEqual([]);
  for (const _twice of [1, 2]) await git.keep(place.repository, 'checkpoints/42-1/3', undefined);
  expect(await git.kept(place.repository, 'checkpoints/42-1/3')).toBeUndefined();
});

test.each(['../heads/main', 'a//b', '-x y', 'a.lock', ''])('%j is no name to keep a commit under', async (name) => {
  const base = place.commit('main', { 'a.txt': 'a' });
  await git.fetch(place.repository);
  await expect(git.keep(place.repository, name, base)).rejects.toThrow('not a name to keep a commit under');
});

test('files of a commit are put into a worktree as changes on its base, and what set-up made stays', async () => {
  const base = place.commit('main', { 'src/a.ts': 'one', 'old.txt': 'old', '.gitignore': 'made\n' });
  const more = { 'src/a.ts': 'two', 'src/new/b.ts': 'b' };
  const later = place.commit('later', more, { from: 'main', remove: ['old.txt'] });
  await git.fetch(place.repository);
  const worktree = await git.addWorktree(place.repository, 'item-3-2', base);
  write(worktree.path, { 'made/by-set-up': 'x' });
  await git.putFiles(place.repository, worktree, later);
  expect(readFileSync(join(worktree.path, 'src/a.ts'), 'utf8')).toBe('two');
  expect(readFileSync(join(worktree.path, 'made/by-set-up'), 'utf8')).toBe('x');
  expect(existsSync(join(worktree.path, 'old.txt'))).toBe(false);
  const { changes } = await git.snapshot(place.repository, worktree);
  expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'deleted old.txt',
    'modified src/a.ts',
    'added src/new/b.ts',
  ]);
  // The agent sees them so, too.
  const status = typed(worktree.path, '-c', 'safe.directory=*', 'status', '--short', '--untracked-files=all');
  expect(status.split('\n').map((line) => line.trim())).toEqual(['D old.txt', 'M src/a.ts', '?? src/new/b.ts']);
});

test('a link that set-up left in the way leads nothing out of the worktree', async () => {
  const base = place.commit('main', { 'src/a.ts': 'one', 'b.ts': 'one' });
  const later = place.commit('later', { 'src/a.ts': 'two', 'b.ts': 'two', 'new/c.ts': 'c' });
  await git.fetch(place.repository);
  const worktree = await git.addWorktree(place.repository, 'item-3-2', base);
  const outside = join(place.root, 'outside');
  mkdirSync(outside);
  for (const name of ['a.ts', 'c.ts', 'b.ts']) writeFileSync(join(outside, name), 'mine');
  rmSync(join(worktree.path, 'src'), { recursive: true });
  rmSync(join(worktree.path, 'b.ts'));
  symlinkSync(outside, join(worktree.path, 'src'));
  symlinkSync(outside, join(worktree.path, 'new'));
  symlinkSync(join(outside, 'b.ts'), join(worktree.path, 'b.ts'));
  await git.putFiles(place.repository, worktree, later);
  for (const name of ['a.ts', 'c.ts', 'b.ts']) expect(readFileSync(join(outside, name), 'utf8')).toBe('mine');
  for (const name of ['src/a.ts', 'b.ts']) expect(readFileSync(join(worktree.path, name), 'utf8')).toBe('two');
});
