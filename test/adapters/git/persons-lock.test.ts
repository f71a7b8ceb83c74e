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
const working = async (cwd: string, verb: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn('git', verb, { cwd, env: { ...process.env, ...env } });
  child.stdin.write(verb.includes('update-ref') ? 'start\n' : 'HEAD\n');
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'close');
  };
};
const WRITER = ['update-ref', '--stdin'];

test('a lock in a person’s repository is nobody’s once it is old and no git writes there, wherever one may stand', async () => {
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
    () => working(repository, WRITER),
    () => working(join(linked, 'deep'), WRITER),
    () => working(gitDir, WRITER),
    () => working(elsewhere, ['--git-dir=../repository/.git', ...WRITER]),
    () => working(elsewhere, WRITER, { GIT_DIR: gitDir }),
  ]) {
    const end = await start();
    expect(await isAbandoned(lock, folders)).toBe(false);
    await end();
  }
  // Editors ask the whole day long.
  const end = await working(repository, ['cat-file', '--batch-check']);
  expect(await isAbandoned(lock, folders)).toBe(true);
  await end();
  rmSync(lock);
  expect(await isAbandoned(lock, folders)).toBe(false);
});
