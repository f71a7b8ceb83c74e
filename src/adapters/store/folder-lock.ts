import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseRefused } from '#adapters/store/refused.ts';

/** Keeps a second process out of a folder; the answer gives the folder up. A lock left by a dead process is taken over. */
export const lockFolder = async (folder: string): Promise<() => Promise<void>> => {
  const path = join(folder, 'lock');
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  for (;;) {
    const made = await writeFile(path, mine, { flag: 'wx' }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw new DatabaseRefused(`The data folder ${folder} cannot be written: ${error.message}`, { cause: error });
      },
    );
    if (made) return () => rm(path, { force: true });
    await dropStale(path, folder);
  }
};

/** Removes a lock whose process is gone; a rename decides which of two processes that see it may do so. */
const dropStale = async (path: string, folder: string): Promise<void> => {
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found === undefined) return;
  const [pid, start] = found.split(' ');
  if ((await startOf(Number(pid))) === start) {
    throw new DatabaseRefused(
      `The data folder ${folder} is in use by process ${pid}. The embedded database serves one process: stop that one, ` +
        'name another folder in FORKJOIN_HOME, or set REDIS_URL or DATABASE_URL to run several.',
    );
  }
  const aside = `${path}-${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
};

/** When a process started (ticks since boot where Linux says it, so that a reused number is told apart); undefined when it does not run. */
const startOf = async (pid: number): Promise<string | undefined> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'running';
};
