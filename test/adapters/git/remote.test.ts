import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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

test('an empty repository has no head and can be fetched; so has a missing default branch', async () => {
  expect(await git.head(place.repository, 'main')).toBeUndefined();
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'main')).toBeUndefined();
  expect(await git.branches(place.repository, '')).toEqual([]);
  const head = place.commit('other', { a: '1\n' });
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'main')).toBeUndefined();
  expect(await git.branches(place.repository, '')).toEqual([{ branch: 'other', head }]);
});

test('a remote that is not there throws, and the clone serves what it has', async () => {
  const head = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  const away = place.git({ remote: async () => ({ url: join(place.root, 'nowhere.git') }) });
  await expect(away.fetch(place.repository)).rejects.toThrow(
    /git fetch: fatal: .*does not appear to be a git repository/,
  );
  expect(await away.head(place.repository, 'main')).toBe(head);
});

test('branches that were deleted, forced or became folders are followed', async () => {
  const base = place.commit('main', { a: '1\n' });
  place.commit('topic', { a: '2\n' }, { from: base });
  await git.fetch(place.repository);
  typed(place.person, 'push', '-q', 'origin', ':topic');
  const inner = place.commit('tmp', { a: '3\n' }, { from: base, push: false });
  typed(place.person, 'push', '-q', 'origin', 'tmp:topic/inner');
  const forced = place.commit('main', { b: '1\n' }, { from: inner });
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'topic')).toBeUndefined();
  expect(await git.head(place.repository, 'topic/inner')).toBe(inner);
  expect(await git.head(place.repository, 'main')).toBe(forced);
  expect(await git.branches(place.repository, 'top')).toEqual([{ branch: 'topic/inner', head: inner }]);
  expect(await git.branches(place.repository, 'topic/')).toEqual([{ branch: 'topic/inner', head: inner }]);
});

test('many who ask at once are served by two fetches, and all see what was there when they asked', async () => {
  place.commit('main', { a: '1\n' });
  let asked = 0;
  const counted = place.git({
    remote: async () => {
      asked += 1;
      return { url: place.remote };
    },
  });
  const early = counted.fetch(place.repository);
  const head = place.commit('main', { a: '2\n' });
  const late = Array.from({ length: 10 }, () => counted.fetch(place.repository));
  await Promise.all([early, ...late]);
  expect(asked).toBe(2);
  expect(await counted.head(place.repository, 'main')).toBe(head);
});

test('workers of one machine make and fetch one clone at once', async () => {
  const workers = Array.from({ length: 4 }, () => place.git());
  for (let round = 0; round < 5; round += 1) {
    for (const branch of ['a', 'b', 'c']) place.commit(branch, { [branch]: `${round}\n` });
    const head = place.commit('main', { a: `${round}\n` });
    await Promise.all(workers.map((worker) => worker.fetch(place.repository)));
    for (const worker of workers) expect(await worker.head(place.repository, 'main')).toBe(head);
  }
  expect(readdirSync(join(place.home, 'mirrors')).sort()).toEqual(['42.git', '42.json']);
});

test('a push needs the head that we know: created, moved on, done already, moved by somebody, deleted by somebody', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  const tree = typed(place.mirror, 'rev-parse', `${base}^{tree}`);
  const [one, two, three] = await Promise.all(
    ['1', '2', '3'].map((text) => git.commitTree(place.repository, tree, [base], text, AT)),
  );
  if (one === undefined || two === undefined || three === undefined) throw new Error('no commits');
  const branch = 'parallel/1/2-x';
  const push = (commit: string, expected?: string) => git.push(place.repository, branch, commit, expected);
  expect(await push(one)).toEqual({ kind: 'pushed' });
  expect(await push(two)).toEqual({ kind: 'moved', found: one });
  expect(await push(one)).toEqual({ kind: 'already' });
  expect(await push(two, one)).toEqual({ kind: 'pushed' });
  expect(await push(two, one)).toEqual({ kind: 'already' });
  expect(await push(three, one)).toEqual({ kind: 'moved', found: two });
  expect(await git.head(place.repository, branch)).toBe(two);
  typed(place.remote, 'update-ref', '-d', `refs/heads/${branch}`);
  expect(await push(three, two)).toEqual({ kind: 'moved' });
  expect(typed(place.remote, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test('a branch is deleted only while it stands where we left it', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  const branch = 'integration/1-x';
  await git.push(place.repository, branch, base, undefined);
  const theirs = place.commit('theirs', { a: '2\n' }, { from: base, push: false });
  typed(place.person, 'push', '-q', 'origin', `theirs:${branch}`);
  expect(await git.deleteBranch(place.repository, branch, base)).toEqual({ kind: 'moved', found: theirs });
  expect(await git.deleteBranch(place.repository, branch, theirs)).toEqual({ kind: 'pushed' });
  expect(await git.deleteBranch(place.repository, branch, theirs)).toEqual({ kind: 'already' });
  expect(await git.head(place.repository, branch)).toBeUndefined();
});

test('a remote that refuses a push says why, and nothing is pretended', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  write(place.remote, { 'hooks/pre-receive': { run: '#!/bin/sh\necho "no pushing on Fridays" >&2\nexit 1\n' } });
  await expect(git.push(place.repository, 'parallel/1/1-x', base, undefined)).rejects.toThrow(
    /parallel\/1\/1-x was not taken: .*pre-receive hook declined/,
  );
  expect(await git.head(place.repository, 'parallel/1/1-x')).toBeUndefined();
});

test('a killed fetch leaves nothing that stops the next one', async () => {
  const blobs = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`f${n}`, createHash('sha512').update(`${n}`).digest('hex').repeat(300)]),
  );
  const head = place.commit('main', blobs);
  for (const delay of [0, 15, 40, 80]) {
    rmSync(place.home, { recursive: true, force: true });
    mkdirSync(place.home);
    const script = `
      import { createGit } from '#adapters/git/create-git.ts';
      const git = createGit({ home: ${JSON.stringify(place.home)}, remote: async () => ({ url: ${JSON.stringify(place.remote)} }), protocols: 'file' });
      process.stdout.write('started');
      await git.fetch(${JSON.stringify(place.repository)});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    await git.fetch(place.repository);
    expect(await git.head(place.repository, 'main')).toBe(head);
    expect(typed(place.mirror, 'fsck', '--connectivity-only')).toBe('');
  }
});

test('a lock that nobody holds is removed, one that lost its owner long ago too', async () => {
  place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  const head = place.commit('main', { a: '2\n' });
  const lock = join(place.mirror, 'refs/remotes/origin/main.lock');
  writeFileSync(lock, '');
  expect(() => typed(place.mirror, 'update-ref', 'refs/remotes/origin/main', head)).toThrow();
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'main')).toBe(head);
  expect(existsSync(lock)).toBe(false);
});

test('half a clone, or a damaged one, is made again', async () => {
  const head = place.commit('main', { a: '1\n' });
  mkdirSync(join(place.mirror, 'objects'), { recursive: true });
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'main')).toBe(head);

  const next = place.commit('main', { a: '2\n' });
  for (const name of readdirSync(join(place.mirror, 'objects'), { recursive: true, withFileTypes: true })) {
    if (name.isFile()) {
      rmSync(join(name.parentPath, name.name), { force: true });
      writeFileSync(join(name.parentPath, name.name), '');
    }
  }
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'main')).toBe(next);
  expect(await git.read(place.repository, next, 'a')).toBe('2\n');
});

test('worktrees come and go while others fetch, and nobody loses anything', async () => {
  const head = place.commit('main', { a: '1\n', b: '1\n' });
  await git.fetch(place.repository);
  const kept = await git.commitFiles(place.repository, head, [{ path: 'c', content: '2\n' }], 'ours alone', AT);
  const worktrees = Array.from({ length: 10 }, async (_, n) => {
    await git.addWorktree(place.repository, `item-${n % 3}-${n}`, head);
    if (n % 2 === 0) await git.removeWorktree(place.repository, `item-${n % 3}-${n}`);
  });
  const other = place.git();
  const fetches = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? git : other).fetch(place.repository));
  await Promise.all([...worktrees, ...fetches]);
  expect(await git.message(place.repository, kept)).toBe('ours alone\n');
  expect((await git.worktrees()).map(({ name }) => name)).toEqual([
    'item-0-3',
    'item-0-9',
    'item-1-1',
    'item-1-7',
    'item-2-5',
  ]);
  expect(typed(place.mirror, 'worktree', 'list')).toContain('item-0-9');
});

test('a worktree’s entry that an agent spoiled costs nobody the clone', async () => {
  const head = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  const kept = await git.commitFiles(place.repository, head, [{ path: 'b', content: '2\n' }], 'ours alone', AT);
  const worktree = await git.addWorktree(place.repository, 'item-1-1', head);
  writeFileSync(join(place.mirror, 'worktrees/item-1-1/HEAD'), `${'0'.repeat(39)}1\n`);
  write(worktree.path, { a: '2\n' });
  const next = place.commit('main', { a: '3\n' });
  expect(() => typed(place.mirror, 'fetch', place.remote, '+refs/heads/*:refs/remotes/origin/*')).toThrow('bad object');
  await git.fetch(place.repository);
  expect(await git.head(place.repository, 'main')).toBe(next);
  expect(await git.message(place.repository, kept)).toBe('ours alone\n');
  expect((await git.snapshot(place.repository, worktree)).changes).toHaveLength(1);
});

test('what killed processes left is swept once it is old', async () => {
  place.commit('main', { a: '1\n' });
  const yesterday = Date.now() / 1000 - 86_400;
  const left = ['scratch/old', 'trash/old', `mirrors/42.git.draft-${randomUUID()}`].map((path) =>
    join(place.home, path),
  );
  const old = [...left, `/dev/shm/forkjoin-${randomUUID()}`];
  const young = [join(place.home, 'scratch', 'young'), `/dev/shm/forkjoin-${randomUUID()}`];
  for (const folder of [...old, ...young]) write(folder, { index: 'x' });
  for (const folder of old) utimesSync(folder, yesterday, yesterday);
  await git.fetch(place.repository);
  await expect.poll(() => old.filter((folder) => existsSync(folder))).toEqual([]);
  expect(young.filter((folder) => existsSync(folder))).toEqual(young);
  for (const folder of young) rmSync(folder, { recursive: true });
});

test('a worktree that is half there goes away whole', async () => {
  const base = place.commit('main', { a: '1\n', 'deep/er/b': '1\n' });
  await git.fetch(place.repository);
  const worktree = await git.addWorktree(place.repository, 'item-1-1', base);
  rmSync(worktree.path, { recursive: true });
  expect(await git.worktrees()).toEqual([{ repository: place.repository, name: 'item-1-1' }]);
  await git.removeWorktree(place.repository, 'item-1-1');
  expect(await git.worktrees()).toEqual([]);
  const again = await git.addWorktree(place.repository, 'item-1-1', base);
  rmSync(join(place.mirror, 'worktrees'), { recursive: true });
  rmSync(join(again.path, '.git'));
  await git.removeWorktree(place.repository, 'item-1-1');
  expect(await git.worktrees()).toEqual([]);
  await git.removeWorktree(place.repository, 'item-1-1');
});

test('folders that an agent locked go away, too', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  const worktree = await git.addWorktree(place.repository, 'item-1-1', base);
  write(worktree.path, { 'locked/inner/file': 'x' });
  for (const folder of ['locked/inner', 'locked']) chmodSync(join(worktree.path, folder), 0o000);
  await git.removeWorktree(place.repository, 'item-1-1');
  expect(readdirSync(join(place.home, 'trash'))).toEqual([]);
  expect(existsSync(worktree.path)).toBe(false);
});

test('a repository that was renamed keeps its clone, and is called by its new name', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  await git.addWorktree(place.repository, 'item-1-1', base);
  const renamed = { ...place.repository, name: 'renamed' };
  await git.fetch(renamed);
  expect(await git.worktrees()).toEqual([{ repository: renamed, name: 'item-1-1' }]);
  expect(readFileSync(join(place.mirror, 'config'), 'utf8')).not.toContain(place.remote);
});

test('an aborted app ends its git at once', async () => {
  place.commit('main', { a: '1\n' });
  const stop = new AbortController();
  const stopping = place.git({ signal: stop.signal });
  await stopping.fetch(place.repository);
  stop.abort();
  await expect(stopping.fetch(place.repository)).rejects.toThrow();
  await expect(stopping.head(place.repository, 'main')).rejects.toThrow();
});
