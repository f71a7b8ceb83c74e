import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGone, ownOwner } from './owner.ts';

const PREFIX = 'forkjoin-run-';

/**
 * A private folder for one start: task file, sockets, copies. In the system's temporary folder, since the path of a
 * socket is limited to 107 bytes.
 */
export async function makeRunFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `${PREFIX}${ownOwner()}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Removes what workers left that were killed. */
export async function sweepRunFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (name.startsWith(PREFIX) && isGone(name.slice(PREFIX.length))) {
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
    }
  }
}
