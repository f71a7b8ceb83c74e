import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copies } from '#adapters/git/copies.ts';
import type { Git, Snapshotted, Worktree } from '#engine/ports.ts';
import { type Files, Place, typed, write } from './place.ts';

let place: Place;
let git: Git;
beforeEach(() => {
  place = new Place();
  git = place.git();
});
afterEach(() => place.remove());

async function worktreeOf(files: Files): Promise<Worktree> {
  const base = place.commit('main', files);
  await git.fetch(place.repository);
  return git.addWorktree(place.repository, 'item-1-1', base);
}

/** `kind path` of every change. */
function said({ changes }: Snapshotted): string[] {
  return changes.map(({ kind, path }) => `${kind} ${path}`);
}

test('an untouched worktree has no changes, whatever its attributes and line ends are', async () => {
  const worktree = await worktreeOf({
    '.gitattributes': '* text eol=crlf\n*.u16 working-tree-encoding=UTF-16\n*.id ident\n*.big filter=lfs\n',
    'dos.txt': 'a\r\nb\r\n',
    'unix.txt': 'a\nb\n',
    'wide.u16': 'text\n',
    'rev.id': '$Id$\n',
    'pointer.big': 'version https://git-lfs.github.com/spec/v1\n',
    bytes: new Uint8Array([0, 13, 10, 255]),
  });
  const { changes, unstorable, tree } = await git.snapshot(place.repository, worktree);
  expect({ changes, unstorable }).toEqual({ changes: [], unstorable: [] });
  expect(tree).toBe(typed(place.mirror, 'rev-parse', `${worktree.base}^{tree}`));
  expect(statSync(join(worktree.path, 'unix.txt')).size).toBe(4);
});

test('what is committed is the file byte for byte, also under attributes that the agent wrote', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n' });
  write(worktree.path, {
    '.gitattributes': '* text eol=lf working-tree-encoding=UTF-16 ident filter=evil\n',
    'a.txt': 'a\r\n$Id$\r\n',
  });
  // What outranks them was taken away: it is put back first.
  rmSync(join(place.mirror, 'info/attributes'));
  const { tree } = await git.snapshot(place.repository, worktree);
  expect(execFileSync('git', ['cat-file', 'blob', `${tree}:a.txt`], { cwd: place.mirror }).toString()).toBe(
    'a\r\n$Id$\r\n',
  );
});

test('additions, changes, deletions, modes, links and swaps of file and folder are all told', async () => {
  const worktree = await worktreeOf({
    'mode.sh': 'x\n',
    'gone.txt': 'x\n',
    'file-then-folder': 'x\n',
    'folder-then-file/inner': 'x\n',
    'becomes-link': 'x\n',
    link: { link: 'mode.sh' },
    'kept/a': 'a\n',
  });
  const at = (path: string) => join(worktree.path, path);
  chmodSync(at('mode.sh'), 0o755);
  for (const path of ['gone.txt', 'file-then-folder', 'folder-then-file', 'becomes-link', 'link'])
    rmSync(at(path), { recursive: true });
  write(worktree.path, {
    'file-then-folder/inner': 'y\n',
    'folder-then-file': 'y\n',
    'becomes-link': { link: '/etc/passwd' },
    link: 'now a file\n',
    'kept/b': 'b\n',
  });
  const snapshot = await git.snapshot(place.repository, worktree);
  expect(said(snapshot)).toEqual([
    'type-changed becomes-link',
    'deleted file-then-folder',
    'added file-then-folder/inner',
    'added folder-then-file',
    'deleted folder-then-file/inner',
    'deleted gone.txt',
    'added kept/b',
    'type-changed link',
    'modified mode.sh',
  ]);
  expect(snapshot.changes.find(({ path }) => path === 'becomes-link')).toMatchObject({ newMode: '120000', size: 11 });
  expect(snapshot.changes.find(({ path }) => path === 'mode.sh')).toMatchObject({
    oldMode: '100644',
    newMode: '100755',
  });
});

test('a folder that became a link elsewhere is a deletion and a link, not the files behind it', async () => {
  const worktree = await worktreeOf({ 'src/a': 'a\n', 'src/b': 'b\n' });
  renameSync(join(worktree.path, 'src'), join(place.root, 'elsewhere'));
  writeFileSync(join(place.root, 'elsewhere', 'a'), 'changed outside\n');
  write(worktree.path, { src: { link: join(place.root, 'elsewhere') } });
  const snapshot = await git.snapshot(place.repository, worktree);
  expect(said(snapshot)).toEqual(['added src', 'deleted src/a', 'deleted src/b']);
});

test('a change that keeps size and time of a file is seen', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'one\n' });
  const file = join(worktree.path, 'a.txt');
  const { atime, mtime } = statSync(file);
  writeFileSync(file, 'two\n');
  utimesSync(file, atime, mtime);
  expect(said(await git.snapshot(place.repository, worktree))).toEqual(['modified a.txt']);
});

test('a change in the very second of the checkout is seen later', async () => {
  const base = place.commit('main', { 'a.txt': 'one\n' });
  await git.fetch(place.repository);
  const second = () => Math.floor(Date.now() / 1000);
  let worktree: Worktree;
  let start: number;
  do {
    start = second();
    worktree = await git.addWorktree(place.repository, 'item-1-1', base);
    writeFileSync(join(worktree.path, 'a.txt'), 'two\n');
  } while (second() !== start);
  await expect.poll(() => second() > start, { timeout: 30_000 }).toBe(true);
  expect(said(await git.snapshot(place.repository, worktree))).toEqual(['modified a.txt']);
});

test('names of every kind come through', async () => {
  const names = [
    '-rf',
    '--upload-pack=x',
    'new\nline',
    'tab\there',
    ' space ',
    'quote"\'`$(id)',
    'ünï/cödé',
    'emoji 🎉',
    ':(glob)**',
    '*',
    'a\\b',
    '!not',
    '#hash',
  ];
  const worktree = await worktreeOf(Object.fromEntries(names.map((name) => [name, 'old\n'])));
  for (const name of names) write(worktree.path, { [name]: 'new\n', [`added ${name}`]: 'x\n' });
  const snapshot = await git.snapshot(place.repository, worktree);
  expect(snapshot.unstorable).toEqual([]);
  expect(said(snapshot).sort()).toEqual(
    [...names.map((name) => `modified ${name}`), ...names.map((name) => `added added ${name}`)].sort(),
  );
  for (const name of names) expect(await git.read(place.repository, worktree.base, name)).toBe('old\n');
});

test('what the base ignores stays out; ignore rules that the agent wrote hide nothing', async () => {
  const worktree = await worktreeOf({
    '.gitignore': 'node_modules/\n*.log\n!keep.log\n/dist\n',
    'pkg/.gitignore': '/local\ntmp*\n!tmp-kept\ndeep/x\n',
    'pkg/.hidden/.gitignore': '*\n!.gitignore\n',
  });
  write(worktree.path, {
    'node_modules/a/index.js': '',
    'pkg/node_modules/b.js': '',
    'x.log': '',
    'keep.log': '',
    'dist/out.js': '',
    'pkg/dist/out.js': '',
    'pkg/local/x': '',
    'pkg/in/local/x': '',
    'pkg/in/tmp1': '',
    'pkg/tmp-kept': '',
    'pkg/deep/x': '',
    'pkg/in/deep/x': '',
    'pkg/.hidden/y': '',
    tmp1: '',
    // The agent's own rules:
    'stealth/.gitignore': '*\n',
    'stealth/payload.js': 'evil\n',
    '.gitignore': 'node_modules/\npayload*\nsecret\n',
    secret: 'x\n',
  });
  const files = said(await git.snapshot(place.repository, worktree));
  expect(files).toEqual([
    'modified .gitignore',
    'added keep.log',
    'added pkg/dist/out.js',
    'added pkg/in/deep/x',
    'added pkg/in/local/x',
    'added pkg/tmp-kept',
    'added secret',
    'added stealth/.gitignore',
    'added stealth/payload.js',
    'added tmp1',
  ]);
});

test('pipes, sockets, names that stand for .git and files that GitHub refuses are reported, the rest is kept', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n', 'was-a-file': 'x\n' });
  const at = (path: string) => join(worktree.path, path);
  execFileSync('mkfifo', [at('pipe')]);
  rmSync(at('was-a-file'));
  execFileSync('mkfifo', [at('was-a-file')]);
  const server = createServer().listen(at('sock'));
  await new Promise((resolve) => server.on('listening', resolve));
  write(worktree.path, {
    '.GIT/config': 'x',
    'sub/.g\u200cit': 'x',
    'git~1': 'x',
    '.git .': 'x',
    'x\\.git': 'x',
    'good.txt': 'good\n',
    '.gitkeep': '',
  });
  execFileSync('truncate', ['-s', '101M', at('huge.bin')]);
  execFileSync('sh', ['-c', 'printf x > "$(printf "latin\\351")"'], { cwd: worktree.path });
  mkdirSync(at('no-head'));
  typed(at('no-head'), 'init', '-q');
  const snapshot = await git.snapshot(place.repository, worktree);
  server.close();
  expect(said(snapshot)).toEqual(['added .gitkeep', 'added good.txt', 'added no-head']);
  expect(snapshot.unstorable.map(({ path, why }) => `${path}: ${why}`)).toEqual([
    '.GIT/config: its name stands for `.git` on some systems',
    '.git .: its name stands for `.git` on some systems',
    'git~1: its name stands for `.git` on some systems',
    'huge.bin: it is larger than 100 MB, which GitHub refuses',
    'latin\ufffd: its name is not UTF-8',
    'pipe: git cannot hold a named pipe',
    'sock: git cannot hold a socket',
    'sub/.g\u200cit: its name stands for `.git` on some systems',
    'was-a-file: git cannot hold a named pipe',
    'x\\.git: its name stands for `.git` on some systems',
  ]);
});

test('a snapshot changes nothing in the worktree and can be taken again, also without our copy of the index', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  write(worktree.path, { 'b.txt': 'B\n', 'c.txt': 'c\n' });
  const first = await git.snapshot(place.repository, worktree);
  expect(typed(worktree.path, 'status', '--porcelain')).toBe(' M b.txt\n?? c.txt');
  rmSync(join(place.home, 'indexes'), { recursive: true });
  expect(await git.snapshot(place.repository, worktree)).toEqual(first);
  expect(said(first)).toEqual(['modified b.txt', 'added c.txt']);
});

test('a worktree of 5,000 files is ready and compared within seconds', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 5000 }, (_, n) => [`d${n % 100}/f${n}.ts`, `export const n = ${n};\n`]),
  );
  const worktree = await worktreeOf(files);
  write(worktree.path, { 'd1/new.ts': 'x\n' });
  const start = performance.now();
  expect(said(await git.snapshot(place.repository, worktree))).toEqual(['added d1/new.ts']);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(await git.paths(place.repository, worktree.base)).toHaveLength(5000);
});

test('more paths than anybody agrees to are said in one line, and none of them is kept', async () => {
  const paths = Array.from({ length: 10_001 }, (_, n) => `dist/f${n}`);
  expect(await copies(place.root, paths, join(place.root, 'copies'))).toMatchObject({
    copied: [],
    unstorable: [{ path: '10001 changed paths', why: expect.stringContaining('dist/f0') }],
  });
});

test('of a folder that is a link by now, of a pipe and of what is gone nothing is copied, and nothing is waited for', async () => {
  const [from, to] = [join(place.root, 'from'), join(place.root, 'to')];
  write(from, { 'a/b.txt': 'b', link: { link: place.root }, 'run.sh': { run: 'x' }, old: { link: 'nowhere' } });
  write(place.root, { secret: 'TOPSECRET' });
  execFileSync('mkfifo', [join(from, 'pipe')]);
  const found = await copies(from, ['a/b.txt', 'link/secret', 'pipe', 'gone', 'run.sh', 'old', 'a'], to);
  expect(found).toEqual({
    copied: expect.toSatisfy((all: string[]) => all.toSorted().join() === 'a/b.txt,old,run.sh'),
    repositories: ['a'],
    unstorable: [{ path: 'pipe', why: 'it is neither a file nor a symbolic link' }],
  });
  expect(statSync(join(to, 'run.sh')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(join(to, 'old'))).toBe('nowhere');
});

test('a snapshot that nobody wants any more ends', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n' });
  await expect(git.snapshot(place.repository, worktree, AbortSignal.abort())).rejects.toThrow();
});

test('what is new is read, however much of what was there before went away', async () => {
  const large = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`a${n}`, Buffer.alloc(8_000_000, 97 + n)]));
  const base = place.commit('main', large);
  const head = place.commit('main', { 'z.txt': 'new\n' }, { remove: Object.keys(large) });
  await git.fetch(place.repository);
  expect((await git.brought(place.repository, base, head)).at(-1)).toMatchObject({ path: 'z.txt', after: 'new\n' });
});
