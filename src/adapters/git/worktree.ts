/** Worktrees: one an attempt, under `worktrees/<repository id>/<name>`. What an agent did to its `.git` never matters here. */
import { randomUUID } from 'node:crypto';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository, Sha } from '#core/types.ts';
import type { Worktree } from '#engine/ports.ts';
import { allowedSha, allowedWorktree } from './allowed.ts';
import { type Ground, type Mirror, mirrorPath, notePath } from './mirror.ts';
import { inMirror } from './read.ts';
import { removeTree } from './remove-tree.ts';
import { withScratch } from './scratch.ts';

export function worktreePath(home: string, id: number, name: string): string {
  return join(home, 'worktrees', String(id), allowedWorktree(name));
}

/** Our own copy of the index as it was at checkout, out of the agent's reach: what changed since shows by `stat` alone. */
export function indexPath(home: string, id: number, name: string): string {
  return join(home, 'indexes', String(id), allowedWorktree(name));
}

/** Checks a commit out into a folder of its own; whatever stood under the name goes first. */
export async function addWorktree(mirror: Mirror, name: string, commit: Sha): Promise<Worktree> {
  const { ground, repository } = mirror;
  await removeWorktree(ground, repository, name);
  const path = worktreePath(ground.home, repository.id, name);
  const index = indexPath(ground.home, repository.id, name);
  await mkdir(path, { recursive: true });
  await mkdir(join(index, '..'), { recursive: true });
  const args = ['-c', 'checkout.workers=0', 'read-tree', '--reset', '-u', allowedSha(commit)];
  await inMirror(mirror, args, { workTree: path, index, seconds: 600 });
  await register(mirror, name, commit);
  return { path, name, base: commit };
}

/**
 * Puts the files of a commit into a worktree, as changes that are not committed; what else stands there, such as what
 * set-up made, stays. Git leads nothing through a link that stands in the way.
 */
export async function putFiles(mirror: Mirror, worktree: Worktree, commit: Sha): Promise<void> {
  const { ground, repository } = mirror;
  const workTree = worktreePath(ground.home, repository.id, worktree.name);
  const index = indexPath(ground.home, repository.id, worktree.name);
  const args = ['read-tree', '--reset', '-u', allowedSha(commit)];
  await inMirror(mirror, args, { workTree, index, seconds: 600 });
}

/**
 * Makes the folder a linked worktree of the bare clone, for the agent's own git. The entry appears whole, in one step:
 * `git worktree add` writes one without a commit first, and meanwhile git fetches into no such clone.
 */
async function register({ ground, repository, gitDir }: Mirror, name: string, commit: Sha): Promise<void> {
  const path = worktreePath(ground.home, repository.id, name);
  const entry = join(gitDir, 'worktrees', name);
  await mkdir(join(entry, '..'), { recursive: true });
  await withScratch(ground.home, async (scratch) => {
    const draft = join(scratch, 'entry');
    await mkdir(draft);
    await writeFile(join(draft, 'HEAD'), `${commit}\n`);
    await writeFile(join(draft, 'commondir'), '../..\n');
    await writeFile(join(draft, 'gitdir'), `${join(path, '.git')}\n`);
    await copyIndex(indexPath(ground.home, repository.id, name), join(draft, 'index'));
    await rename(draft, entry);
  });
  await writeFile(join(path, '.git'), `gitdir: ${entry}\n`);
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
  const index = indexPath(ground.home, repository.id, name);
  await throwAway(ground, join(mirrorPath(ground.home, repository.id), 'worktrees', name));
  // A killed checkout leaves its lock beside the index.
  for (const file of [index, `${index}.lock`]) await rm(file, { force: true });
  await throwAway(ground, worktreePath(ground.home, repository.id, name));
}

/** Out of its place at once: a kill in the middle leaves rubbish, never half a worktree. */
async function throwAway(ground: Ground, folder: string): Promise<void> {
  const trash = join(ground.home, 'trash', randomUUID());
  await mkdir(join(trash, '..'), { recursive: true });
  try {
    // A folder that is closed to its owner cannot be moved to another one; moving says what is wrong otherwise.
    if ((await lstat(folder)).isDirectory()) await chmod(folder, 0o700).catch(() => {});
    await rename(folder, trash);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw cause;
  }
  // It is out of the way: what a container left there for root is no reason to fail.
  await removeTree(trash).catch((cause: unknown) => {
    ground.log?.warn({ trash, cause }, 'What was thrown away could not be removed; remove it by hand.');
  });
}

/** Every worktree on this machine: folders, and entries of the bare clones whose folder is gone. */
export async function worktrees(ground: Ground): Promise<{ repository: Repository; name: string }[]> {
  const found: { repository: Repository; name: string }[] = [];
  for (const repository of await repositories(ground)) {
    const folders = await names(join(ground.home, 'worktrees', String(repository.id)));
    const entries = await names(join(mirrorPath(ground.home, repository.id), 'worktrees'));
    for (const name of new Set([...folders, ...entries])) found.push({ repository, name });
  }
  return found;
}

/** The repositories that have a bare clone on this machine. */
export async function repositories(ground: Ground): Promise<readonly Repository[]> {
  const found = await Promise.all((await numbers(ground)).map((id) => noted(ground, id)));
  return found.flatMap((repository) => repository ?? []);
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
