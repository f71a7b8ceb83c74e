/** A folder for objects that nobody keeps: hundreds of forecast merges leave nothing in the repository. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { withScratch } from './scratch.ts';

/** Where git is 3 to 9 times faster at this than on a disk (measured). */
const IN_MEMORY = '/dev/shm';
/** Bytes that one wide merge may write: 354 MB for 780 pairs, measured, doubled. */
const A_MERGE = 1_000_000;
const LEAST = 256_000_000;

/** Environment that makes git write objects into a quarantine and read the repository's own too. */
export type Quarantine = Readonly<Record<string, string>>;

/** Runs with a quarantine in memory where there is room for so many merges, else (or when it fills up) on disk. */
export async function withQuarantine<Result>(
  folder: GitFolder,
  merges: number,
  use: (quarantine: Quarantine) => Promise<Result>,
): Promise<Result> {
  if (await hasRoom(Math.max(LEAST, merges * A_MERGE))) {
    const memory = join(IN_MEMORY, `forkjoin-${randomUUID()}`);
    try {
      await mkdir(memory, { mode: 0o700 });
      return await use(environment(folder, memory));
    } catch (failure) {
      if (!(failure instanceof GitFailure) || !/No space left|Disk quota/i.test(failure.errors)) throw failure;
    } finally {
      await rm(memory, { recursive: true, force: true });
    }
  }
  return withScratch(folder.ground.home, (disk) => use(environment(folder, disk)));
}

async function hasRoom(bytes: number): Promise<boolean> {
  const room = await statfs(IN_MEMORY).catch(() => undefined);
  // The magic number of tmpfs: the same path may be an ordinary folder elsewhere.
  return room !== undefined && room.type === 0x01021994 && room.bavail * room.bsize >= bytes;
}

function environment({ gitDir }: GitFolder, objects: string): Quarantine {
  // Quoted, because a colon separates folders here.
  const own = `"${join(gitDir, 'objects').replaceAll(/["\\]/g, '\\$&')}"`;
  return { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: own };
}
