import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { foldersOf, isAbandoned } from '#adapters/git/persons-lock.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-lock-')));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const old = Date.now() / 1000 - 60;

/** A git that works on a repository until it is told to end. */
const working = async (cwd: string, args: readonly string[] = [], env: Record<string, string> = {}) => {
  const child = spawn('git', [...args, 'cat-file', '--batch-check'], { cwd, env: { ...process.env, ...env } });
  child.stdin.write('HEAD\n');
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'close');
  };
};

test('a lock in a person’s repository is nobody’s once it is old and no git works there, wherever one may stand', async () => {
  const [repository, linked, elsewhere] = ['repository', 'linked', 'elsewhere'].map((name) => join(home, name)) as [
    string,
    string,
    string,
  ];
  const gitDir = join(repository, '.git');
  for (const folder of [join(repository, 'deep'), join(linked, 'deep'), elsewhere])
    mkdirSync(folder, { recursive: true });
  const run = (...args: string[]) => once(spawn('git', args, { cwd: repository, stdio: 'ignore' }), 'close');
  await run('init', '-q', '.');
  writeFileSync(join(linked, '.git'), `gitdir: ${gitDir}\n`);
  const lock = join(gitDir, 'refs/heads/i.lock');
  writeFileSync(lock, '');
  const folders = foldersOf(gitDir, [`worktree ${repository}`, 'HEAD 0', `worktree ${linked}`]);
  expect(await isAbandoned(lock, folders)).toBe(false);
  utimesSync(lock, old, old);
  for (const start of [
    () => working(repository),
    () => working(join(linked, 'deep')),
    () => working(gitDir),
    () => working(elsewhere, ['--git-dir=../repository/.git']),
    () => working(elsewhere, [], { GIT_DIR: gitDir }),
  ]) {
    const end = await start();
    expect(await isAbandoned(lock, folders)).toBe(false);
    await end();
  }
  expect(await isAbandoned(lock, folders)).toBe(true);
  rmSync(lock);
  expect(await isAbandoned(lock, folders)).toBe(false);
});
