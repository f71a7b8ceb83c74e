import { cp, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isInside, type Mount } from './mounts.ts';

/** Where the bare clone's objects are seen inside, so that the agent's own new objects have a place of their own. */
const OBJECTS_INSIDE = '/run/forkjoin/objects';

/**
 * Lets `git status`, `diff`, `log` and even `commit` work inside the sandbox on a view that is thrown away: the bare clone
 * read-only, a private copy of the worktree's admin folder, new objects in memory. Nothing the agent does to git reaches
 * the controller (safety.md findings 2 and 3). No git at all when the worktree is not one of ours.
 */
export async function gitMounts(worktree: string, home: string, scratch: string): Promise<Mount[]> {
  const pointer = await text(join(worktree, '.git'));
  const admin = /^gitdir: (\/.+)\n?$/.exec(pointer)?.[1];
  if (admin === undefined) return [];
  const bare = dirname(dirname(admin));
  // The worktree's pointer could be anything by now; the admin folder, out of every agent's reach, must agree with it.
  const back = await real(dirname((await text(join(admin, 'gitdir'))).trim()));
  const agreed = back !== undefined && back === (await real(worktree));
  const ours =
    basename(dirname(admin)) === 'worktrees' && isInside((await real(admin)) ?? '', (await real(home)) ?? '/');
  if (!agreed || !ours) return [];

  const copy = join(scratch, 'admin');
  // With times: git would read every file again otherwise.
  await cp(admin, copy, { recursive: true, preserveTimestamps: true });
  const alternates = join(scratch, 'alternates');
  await writeFile(alternates, `${OBJECTS_INSIDE}\n`);
  return [
    { kind: 'read', path: join(worktree, '.git') },
    { kind: 'read', path: bare },
    { kind: 'read', path: OBJECTS_INSIDE, from: join(bare, 'objects') },
    { kind: 'scratch', path: join(bare, 'objects') },
    { kind: 'read', path: join(bare, 'objects', 'info', 'alternates'), from: alternates },
    ...(await borrowed(bare)),
    { kind: 'hide', path: join(bare, 'worktrees') },
    { kind: 'write', path: admin, from: copy },
  ];
}

/** Objects that the bare clone borrows from a person's repository; a worker's clone borrows none. */
async function borrowed(bare: string): Promise<Mount[]> {
  const lines = (await text(join(bare, 'objects', 'info', 'alternates'))).split('\n');
  const folders = await Promise.all(lines.filter((line) => line.startsWith('/')).map(real));
  return folders.flatMap((path) => (path === undefined ? [] : [{ kind: 'read', path }]));
}

async function text(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

async function real(path: string): Promise<string | undefined> {
  return await realpath(path).catch(() => undefined);
}
