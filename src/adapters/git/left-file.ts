/** A file that a program left in a worktree, read without following anything that it may have put there. */
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { allowedPath } from './allowed.ts';

const LARGEST = 64_000_000;

/** Undefined when it is not there, no plain file, reached through a link, or too large. */
export async function leftFile(folder: string, path: string): Promise<Uint8Array | undefined> {
  const parts = allowedPath(path).split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const above = await lstat(join(folder, ...parts.slice(0, depth))).catch(() => undefined);
    if (above?.isDirectory() !== true) return undefined;
  }
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(folder, ...parts), flags).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const found = await file.stat();
    return found.isFile() && found.size <= LARGEST ? await file.readFile() : undefined;
  } finally {
    await file.close();
  }
}
