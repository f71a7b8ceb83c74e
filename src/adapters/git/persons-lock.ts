/** Is a lock file in a person's repository nobody's? Their git is not ours: it is known by where it stands. */
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';

/** Programs that keep no process called git (an editor's library) hold a reference for milliseconds. */
const YOUNG = 2_000;

/** What editors keep running all day, and what never changes a reference. */
const READERS = ['cat-file', 'fsmonitor--daemon'];

/** True when it is some seconds old and no git works in any of the repository's folders; false where that cannot be seen. */
export async function isAbandoned(lock: string, folders: readonly string[]): Promise<boolean> {
  const made = await stat(lock).catch(() => undefined);
  if (made === undefined || Date.now() - made.mtimeMs < YOUNG) return false;
  const processes: string[] = await readdir('/proc').catch(() => []);
  if (!processes.includes('self')) return false;
  for (const id of processes.filter((name) => /^\d+$/.test(name))) if (await worksIn(id, folders)) return false;
  // Looked at twice: another may have been made meanwhile.
  return (await stat(lock).catch(() => undefined))?.ino === made.ino;
}

async function worksIn(id: string, folders: readonly string[]): Promise<boolean> {
  const words = (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).split('\0');
  if (!/(?:^|\/)git(?:-|$)/.test(words[0] ?? '') || words.some((word) => READERS.includes(word))) return false;
  const cwd = await readlink(`/proc/${id}/cwd`).catch(() => undefined);
  // Another user's: it may be anywhere.
  if (cwd === undefined) return true;
  const variables = (await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')).split('\0');
  const named = [
    ...words.map((word) => /^--git-dir=(.+)/.exec(word)),
    ...variables.map((one) => /^GIT_DIR=(.+)/.exec(one)),
  ];
  const places = [cwd, ...named.flatMap((found) => (found?.[1] === undefined ? [] : [resolve(cwd, found[1])]))];
  return places.some((place) => folders.some((folder) => place === folder || place.startsWith(`${folder}${sep}`)));
}

/** The folders of a repository in which a git that changes it may stand, from what `git worktree list --porcelain -z` says. */
export function foldersOf(gitDir: string, worktrees: readonly string[]): readonly string[] {
  const linked = worktrees.flatMap((line) => (line.startsWith('worktree ') ? [line.slice('worktree '.length)] : []));
  return [gitDir, ...linked, ...(gitDir.endsWith(`${sep}.git`) ? [dirname(gitDir)] : [])];
}
