/** What a killed process left of its scratch folders, forecasts, half-made clones and half-deleted worktrees. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IN_MEMORY, QUARANTINE } from './quarantine.ts';

/** Longer than any operation of ours: younger leftovers may belong to a process that still works. Milliseconds. */
const OLD = 2 * 3_600_000;

/** Removes old leftovers below a home folder. */
export async function sweepLeftovers(home: string): Promise<void> {
  const own = await Promise.all(['scratch', 'trash'].map((folder) => entries(join(home, folder))));
  const clones = (await entries(join(home, 'mirrors'))).filter((path) =>
    /\.(?:draft|broken)-[0-9a-f-]{36}$/.test(path),
  );
  const forecasts = (await entries(IN_MEMORY)).filter((path) => QUARANTINE.test(path));
  for (const path of [...own.flat(), ...clones, ...forecasts]) {
    const found = await stat(path).catch(() => undefined);
    const ours = found !== undefined && found.uid === process.getuid?.();
    if (ours && Date.now() - found.mtimeMs > OLD) await rm(path, { recursive: true, force: true });
  }
}

async function entries(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
}
