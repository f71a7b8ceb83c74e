/** A folder for objects that nobody keeps: hundreds of forecast merges leave nothing in the repository. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitFolder } from './mirror.ts';

/** Where git is 3 to 9 times faster at this than on a disk (measured). */
export const IN_MEMORY = '/dev/shm';
/** The magic number of tmpfs: the same path may be an ordinary folder elsewhere. */
const TMPFS = 0x01021994;
/** How such a folder is called. */
export const QUARANTINE = /\/forkjoin-(?:[0-9a-f]{16}-)?[0-9a-f-]{36}$/;
/** How those of one home folder begin: a note on the disk would cost more than a merge. */
const ours = (home: string): string => `forkjoin-${createHash('sha256').update(home).digest('hex').slice(0, 16)}-`;
/** Bytes that one wide merge may write (354 MB for 780 pairs, measured), doubled. */
const A_MERGE = 1_000_000;
const LEAST = 256_000_000;

/** `environment` makes git write objects there and read the repository's own too. */
export type Quarantine = {
  readonly objects: string;
  readonly merges: number;
  readonly environment: Readonly<Record<string, string>>;
};

/** A new one: in memory where there is room for so many merges and it is wanted, else below the home folder. */
export async function openQuarantine(folder: GitFolder, merges: number, where: 'memory' | 'disk'): Promise<Quarantine> {
  const memory = where === 'memory' && (await hasRoom(Math.max(LEAST, merges * A_MERGE)));
  const parent = memory ? IN_MEMORY : join(folder.ground.home, 'scratch');
  await mkdir(parent, { recursive: true });
  const objects = join(parent, `${ours(folder.ground.home)}${randomUUID()}`);
  await mkdir(objects, { mode: 0o700 });
  // Quoted, because a colon separates folders here.
  const own = `"${join(folder.gitDir, 'objects').replaceAll(/["\\]/g, '\\$&')}"`;
  return {
    objects,
    merges,
    environment: { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: own },
  };
}

/** From so many merges on, taking their thousands of small files away takes as long as a third of the merges did. */
const MANY = 200;

/** Takes it away. A large one in memory goes by itself: nobody waits, and what a process that ends leaves is swept. */
export async function closeQuarantine({ objects, merges }: Quarantine): Promise<void> {
  const gone = rm(objects, { recursive: true, force: true });
  if (merges >= MANY && objects.startsWith(`${IN_MEMORY}/`)) gone.catch(() => {});
  else await gone;
}

/** Takes away the folders in memory of a process that was killed, by the home folder that was its own alone. */
export async function forgetQuarantines(home: string): Promise<void> {
  // Anybody may write there: what cannot be taken away is not ours.
  for (const name of await readdir(IN_MEMORY).catch(() => []))
    if (name.startsWith(ours(home))) await rm(join(IN_MEMORY, name), { recursive: true, force: true }).catch(() => {});
}

async function hasRoom(bytes: number): Promise<boolean> {
  const room = await statfs(IN_MEMORY).catch(() => undefined);
  return room !== undefined && room.type === TMPFS && room.bavail * room.bsize >= bytes;
}
