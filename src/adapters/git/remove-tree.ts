/** Taking away what a program left that was free to leave anything. */
import { randomUUID } from 'node:crypto';
import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** As many folders in each other are taken away at once: a path may have 4,096 bytes, a name 255 of them. */
const DEPTH = 12;

/** Takes a folder away with all below it, also what its owner may not empty, and what lies deeper than a path can say. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await removeNow(folder);
  } catch {
    for (const part of await inParts(folder)) await removeNow(part);
  }
}

function removeNow(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Opens what is closed, and moves what lies deep beside the folder; all the parts, the folder first. */
async function inParts(folder: string): Promise<readonly string[]> {
  const parts = [folder];
  for (const part of parts) {
    await open(part, DEPTH, async (deep) => {
      const aside = `${folder}.${randomUUID()}`;
      await rename(deep, aside);
      parts.push(aside);
    });
  }
  return parts;
}

async function open(folder: string, depth: number, tooDeep: (folder: string) => Promise<void>): Promise<void> {
  try {
    await chmod(folder, 0o700);
    if (depth < 0) return await tooDeep(folder);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isDirectory()) await open(join(folder, entry.name), depth - 1, tooDeep);
  } catch (failure) {
    // What failed at one place may go on removing at others for a moment.
    if (!(failure instanceof Error && 'code' in failure && failure.code === 'ENOENT')) throw failure;
  }
}
