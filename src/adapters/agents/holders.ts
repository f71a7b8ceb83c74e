import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { isInside } from './mounts.ts';
import { identify, kill } from './survivors.ts';

/** Milliseconds that killed processes are given to go away. */
const PATIENCE = 5_000;

/** Ticks of the kernel's clock since it started, a hundred a second (proc(5), `uptime`), as `stat` says when a process began. */
export const ticks = (): number => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);

/**
 * Ends every process that began since (in ticks) and stands in a folder of ours or holds a file of it open: most servers that a test leaves behind
 * do, also when they left their session and dropped their environment. Nobody else has business there.
 */
export async function endHolders(folder: string, since: number): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (let left = holders(folder, since); left.length > 0 && Date.now() < end; left = holders(folder, since)) {
    for (const pid of left) kill(pid);
    await after(5);
  }
}

/** Numbers of those that this process may look at; the others are somebody else's. */
function holders(folder: string, since: number): readonly number[] {
  const places = [folder, real(folder)];
  return names('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => Number(identify(pid)?.startedAt ?? -1) >= since)
    .filter((pid) => links(pid).some((link) => places.some((place) => isInside(link, place))));
}

/** What a process stands in, was started from, and holds open. */
function links(pid: number): readonly string[] {
  const open = names(`/proc/${pid}/fd`).map((name) => `fd/${name}`);
  return ['cwd', 'root', 'exe', ...open].map((link) => target(`/proc/${pid}/${link}`));
}

function target(path: string): string {
  try {
    // A file that was deleted since is marked behind its name.
    return readlinkSync(path).replace(/ \(deleted\)$/, '');
  } catch {
    return '';
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
