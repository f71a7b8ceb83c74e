import { statfs } from 'node:fs/promises';

/** Bytes and files below which nothing can be expected to work. */
const LEAST_BYTES = 8_000_000;
const LEAST_FILES = 200;

/** Is the disk of a folder full now, so that what failed there says nothing about what was run? */
export async function diskIsFull(folder: string): Promise<boolean> {
  const room = await statfs(folder).catch(() => undefined);
  if (room === undefined) return false;
  // Some file systems (btrfs) count no files.
  return room.bavail * room.bsize < LEAST_BYTES || (room.files > 0 && room.ffree < LEAST_FILES);
}
