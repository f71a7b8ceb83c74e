import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseRefused } from '#adapters/store/refused.ts';

/** The holder touches its lock this often, milliseconds; a lock of another machine or container that is silent for longer is stale. */
const BEAT = 2000;
const SILENCE = 8000;

/** Keeps a second process out of a folder; the answer gives the folder up. A lock left by a dead process is taken over. */
export const lockFolder = async (folder: string): Promise<() => Promise<void>> => {
  const path = join(folder, 'lock');
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => unwritable(folder, cause));
  const mine = `${process.pid} ${await startOf(process.pid)} ${hostname()}`;
  while (!(await make(path, mine, folder))) {
    const holder = await livingHolder(path);
    if (holder !== undefined) throw inUse(folder, holder);
    await setAside(path);
  }
  const beat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => undefined), BEAT).unref();
  return async () => {
    clearInterval(beat);
    await rm(path, { force: true });
  };
};

const make = async (path: string, content: string, folder: string): Promise<boolean> => {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return unwritable(folder, cause);
  }
};

const unwritable = (folder: string, cause: unknown): never => {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new DatabaseRefused(`The data folder ${folder} (FORKJOIN_HOME) cannot be written: ${why}`, { cause });
};

/** Who holds the lock, in words; undefined when nobody does any more. */
const livingHolder = async (path: string): Promise<string | undefined> => {
  const [pid = '', start = '', host = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  if (host === hostname()) return (await startOf(Number(pid))) === start ? `process ${pid}` : undefined;
  return (await beats(path)) ? `process ${pid} on ${host || 'an unknown machine'}` : undefined;
};

/** Of another machine's process, nothing can be known but whether it touches its lock. */
const beats = async (path: string): Promise<boolean> => {
  const touched = () =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  const before = await touched();
  for (let waited = 0; waited < SILENCE; waited += 250) {
    await wait(250);
    const now = await touched();
    if (now !== before) return now !== undefined;
  }
  return false;
};

/** A rename happens once: of two processes that see a stale lock, one moves it and the other finds none. */
const setAside = async (path: string): Promise<void> => {
  const aside = `${path}-${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
};

/** When a process started (in ticks since boot where Linux says it, so that a reused number is told apart); undefined when it does not run. */
const startOf = async (pid: number): Promise<string | undefined> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return state.slice(state.lastIndexOf(')') + 2).split(' ')[19] ?? 'running';
};

const inUse = (folder: string, holder: string): DatabaseRefused =>
  new DatabaseRefused(
    `The data folder ${folder} is in use by ${holder}. The embedded database serves one process: stop that one, ` +
      'name another folder in FORKJOIN_HOME, or set REDIS_URL or DATABASE_URL to run several.',
  );
