/** Worktrees: one an attempt, under `worktrees/<repository id>/<name>`. What an agent did to its `.git` never matters here. */
import { randomUUID } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository, Sha } from '#core/types.ts';
import type { Worktree } from '#engine/ports.ts';
import { allowedSha, allowedWorktree } from './allowed.ts';
import { pastLocks } from './locks.ts';
import { type Ground, type Mirror, mirrorPath, notePath } from './mirror.ts';
import { inMirror } from './read.ts';

export function worktreePath(home: string, id: number, name: string): string {
  return join(home, 'worktrees', String(id), allowedWorktree(name));
}

/** Our own copy of the index as it was at checkout, out of the agent's reach: what changed since shows by `stat` alone. */
export function indexPath(home: string, id: number, name: string): string {
  return join(home, 'indexes', String(id), allowedWorktree(name));
}

/** Checks a commit out into a folder of its own; whatever stood under the name goes first. */
export async function addWorktree(mirror: Mirror, name: string, commit: Sha): Promise<Worktree> {
  const { ground, repository, gitDir } = mirror;
  await removeWorktree(ground, repository, name);
  const path = worktreePath(ground.home, repository.id, name);
  await mkdir(join(path, '..'), { recursive: true });
  const args = ['-c', 'checkout.workers=0', 'worktree', 'add', '--quiet', '--detach', path, allowedSha(commit)];
  await pastLocks(gitDir, () => inMirror(mirror, args, { seconds: 600 }));
  const index = indexPath(ground.home, repository.id, name);
  await mkdir(join(index, '..'), { recursive: true });
  await copyIndex(join(gitDir, 'worktrees', name, 'index'), index);
  return { path, name, base: commit };
}

/** Copies an index with its time: git compares that with the files' times to know which it must read again. */
export async function copyIndex(from: string, to: string): Promise<void> {
  const { mtimeMs } = await stat(from);
  await copyFile(from, to);
  const second = Math.floor(mtimeMs / 1000);
  await utimes(to, second, second);
}

/** Takes away the folder, the entry in the bare clone and our index; any of them may be missing. */
export async function removeWorktree(ground: Ground, repository: Repository, name: string): Promise<void> {
  const path = worktreePath(ground.home, repository.id, name);
  await rm(join(mirrorPath(ground.home, repository.id), 'worktrees', name), { recursive: true, force: true });
  await rm(indexPath(ground.home, repository.id, name), { force: true });
  const trash = join(ground.home, 'trash', randomUUID());
  await mkdir(join(ground.home, 'trash'), { recursive: true });
  try {
    // Out of its place at once: a kill in the middle leaves rubbish, never half a worktree.
    await rename(path, trash);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw cause;
  }
  await rm(trash, { recursive: true, force: true }).catch(async () => {
    await unlock(trash);
    await rm(trash, { recursive: true, force: true, maxRetries: 3 });
  });
}

/** An agent may leave folders that even their owner cannot empty. */
async function unlock(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await unlock(join(folder, entry.name));
  }
}

/** Every worktree on this machine: folders, and entries of the bare clones whose folder is gone. */
export async function worktrees(ground: Ground): Promise<{ repository: Repository; name: string }[]> {
  const found: { repository: Repository; name: string }[] = [];
  for (const id of await numbers(ground)) {
    const repository = await noted(ground, id);
    if (repository === undefined) continue;
    const folders = await names(join(ground.home, 'worktrees', String(id)));
    const entries = await names(join(mirrorPath(ground.home, id), 'worktrees'));
    for (const name of new Set([...folders, ...entries])) found.push({ repository, name });
  }
  return found;
}

async function numbers(ground: Ground): Promise<number[]> {
  const files = await readdir(join(ground.home, 'mirrors')).catch(() => []);
  return files.flatMap((file) => (/^\d+\.json$/.test(file) ? [Number.parseInt(file, 10)] : [])).sort((a, b) => a - b);
}

async function noted(ground: Ground, id: number): Promise<Repository | undefined> {
  try {
    const { installation, owner, name } = JSON.parse(await readFile(notePath(ground.home, id), 'utf8'));
    return { installation: Number(installation), id, owner: String(owner), name: String(name) };
  } catch (cause) {
    ground.log?.warn({ id, cause }, 'It is not known any more which repository a bare clone belongs to.');
    return undefined;
  }
}

async function names(folder: string): Promise<string[]> {
  const found = await readdir(folder).catch(() => []);
  const folders: string[] = [];
  for (const name of found.sort()) {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name)) continue;
    // Attempts come and go while we look.
    if ((await lstat(join(folder, name)).catch(() => undefined))?.isDirectory() === true) folders.push(name);
  }
  return folders;
}
