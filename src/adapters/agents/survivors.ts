import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

/** The variable by which a process that left its group and its parent is still known as ours. */
export const MARKER = 'FORKJOIN_RUN';

/** Which start of which process a number means: process numbers are used again. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

/** Identity of a living process; undefined when there is none of that number, or only its unreaped rest. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything: fields are counted from the last bracket. proc(5): state is the 3rd, start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startedAt = fields[19];
    return fields[0] === 'Z' || fields[0] === 'X' || startedAt === undefined ? undefined : { pid, startedAt };
  } catch {
    return undefined;
  }
}

/** Waits until a process is gone; it was killed already. */
export async function untilGone(process: ProcessIdentity, patience = 9_000): Promise<void> {
  const end = Date.now() + patience;
  while (identify(process.pid)?.startedAt === process.startedAt && Date.now() < end) await after(2);
}

/** Numbers of the processes whose environment carries a marker that `matches`. Unreadable ones are somebody else's. */
export function marked(matches: (marker: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid) return false;
      try {
        const entry = readFileSync(`/proc/${pid}/environ`, 'latin1')
          .split('\0')
          .find((line) => line.startsWith(`${MARKER}=`));
        return entry !== undefined && matches(entry.slice(MARKER.length + 1)) && identify(pid) !== undefined;
      } catch {
        return false;
      }
    });
}

/**
 * Kills a process group and everything that carries the marker, until nothing is left: what a namespace does by itself.
 * A process that drops its environment and its group escapes; that is what the sandbox is for.
 */
export async function killMarked(
  group: number | undefined,
  matches: (marker: string) => boolean,
  patience = 5_000,
): Promise<void> {
  const end = Date.now() + patience;
  if (group !== undefined) kill(-group);
  for (let left = marked(matches); left.length > 0 && Date.now() < end; left = marked(matches)) {
    for (const pid of left) kill(pid);
    await after(5);
  }
}

/** Kills a process, or with a negative number a group; one that is gone already is no failure. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself in between.
  }
}
