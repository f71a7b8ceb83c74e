/** Lock files of git that a killed process left, told from those of a process that still works. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { GitFailure } from './git.ts';

/** Longer than any git of ours may run: a lock of that age is nobody's. Milliseconds. */
const ANCIENT = 30 * 60_000;

/** Another process moved the same name between our look and our write: looking again is all it takes. */
const OVERTAKEN =
  /cannot lock ref '[^']*': (?:is at [0-9a-f]+ but expected|reference already exists|unable to resolve)/;

/**
 * Does it again while git says that a lock is in the way, at most ten seconds; a lock that nobody holds is removed.
 * `stale` tells that of a lock; unless given, of one in a clone of ours.
 */
export async function pastLocks<Result>(
  gitDir: string,
  run: () => Promise<Result>,
  stale: (lock: string, gitDir: string) => Promise<boolean> = isStale,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (failure) {
      if (!(failure instanceof GitFailure) || tries === 50) throw failure;
      const lock = lockIn(failure.errors, gitDir);
      if (lock === undefined && !OVERTAKEN.test(failure.errors)) throw failure;
      if (lock !== undefined && (await stale(lock, gitDir))) await rm(lock, { force: true });
      else await pause(200);
    }
  }
}

/** The lock in a repository that stopped git, by what it said. */
export function lockIn(errors: string, gitDir: string): string | undefined {
  const lock = /Unable to create '([^']+\.lock)': File exists/.exec(errors)?.[1];
  return lock?.startsWith(`${gitDir}/`) === true ? lock : undefined;
}

/** Git holds a lock only while it runs, and ours always names its clone among its arguments. */
async function isStale(lock: string, gitDir: string): Promise<boolean> {
  const made = await stat(lock).catch(() => undefined);
  if (made === undefined) return false;
  if (Date.now() - made.mtimeMs > ANCIENT) return true;
  const processes: string[] = await readdir('/proc').catch(() => []);
  if (!processes.includes('self')) return false;
  for (const id of processes.filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (/(?:^|\/)git(?:-|$)/.test(words[0] ?? '') && words.includes(`--git-dir=${gitDir}`)) return false;
  }
  // Looked at twice: a process that started and ended between the two looks took its lock with it.
  return (await stat(lock).catch(() => undefined))?.ino === made.ino;
}
