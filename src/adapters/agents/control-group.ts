import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { isGone } from './owner.ts';
import { kill } from './survivors.ts';

/** A control group of the kernel around one run. `enter` is put before the command line that is to run in it. */
export type ControlGroup = {
  readonly enter: readonly string[];
  /** Was a process refused because there were too many? */
  met(): boolean;
  /** Ends what is left in it, whatever that did to hide, and takes the group away. */
  remove(): Promise<void>;
};

const PREFIX = 'forkjoin-';
const MOUNT = '/sys/fs/cgroup';

/** Joins the group, then becomes the program: no process of the run is ever outside. Who cannot join is watched all the same. */
const JOIN = '{ echo $$ > "$0/cgroup.procs"; } 2>/dev/null; exec "$@"';

/** What a group is for: a wall around the number of processes, or at least to know all of them in the end. */
type Need = 'wall' | 'members';

/**
 * A wall of the kernel around the number of processes: a bomb that doubles itself is thousands before anybody who looks
 * every moment can count it, and the limit of an account does not bind root. Undefined where this worker may not make
 * groups (cgroups(7)); `usage.ts` counts all the same and says why a run ended.
 */
export function controlGroup(name: string, processes: number, need: Need = 'wall'): ControlGroup | undefined {
  for (const parent of parents()) {
    const folder = join(parent, `${PREFIX}${name}`);
    try {
      mkdirSync(folder);
      wall(folder, processes, need);
      return {
        enter: ['/bin/sh', '-c', JOIN, folder],
        // cgroups(7): how often the limit was met, `max 3`.
        met: () => /^max [1-9]/m.test(read(join(folder, 'pids.events'))),
        remove: () => remove(folder),
      };
    } catch {
      removeNow(folder);
    }
  }
  return undefined;
}

/** Without the controller there is no such file, and it cannot be made. */
function wall(folder: string, processes: number, need: Need): void {
  try {
    writeFileSync(join(folder, 'pids.max'), String(processes), { flag: 'r+' });
  } catch (error) {
    if (need === 'wall') throw error;
  }
}

/** Removes groups that runs of workers left that died: an empty one may be another worker's, a moment before it is entered. */
export function sweepControlGroups(): void {
  const left = (name: string): boolean =>
    name.startsWith(PREFIX) && isGone(name.slice(PREFIX.length).split('.')[0] ?? '');
  for (const folder of parents().flatMap((parent) =>
    namesIn(parent)
      .filter(left)
      .map((name) => join(parent, name)),
  )) {
    endMembers(folder);
    removeNow(folder);
  }
}

/** Where this process stands, in a hierarchy that counts processes: version 1 by its controller, version 2 as a whole. */
function parents(): string[] {
  return read('/proc/self/cgroup')
    .split('\n')
    .flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      if (path === undefined || controllers === undefined) return [];
      if (controllers.split(',').includes('pids')) return [join(MOUNT, controllers, path), join(MOUNT, controllers)];
      return controllers === '' ? [join(MOUNT, path)] : [];
    })
    .filter((folder) => existsSync(join(folder, 'cgroup.procs')));
}

/** The last processes of a group are gone a moment after they were killed. */
async function remove(folder: string): Promise<void> {
  const end = Date.now() + 5_000;
  for (endMembers(folder); !removeNow(folder) && Date.now() < end; endMembers(folder)) await after(5);
}

/** A process cannot leave its group by forking, by a session of its own or by dropping its environment. */
function endMembers(folder: string): void {
  for (const pid of read(join(folder, 'cgroup.procs')).split('\n').filter(Boolean)) kill(Number(pid));
}

/** False while the group is in use. */
function removeNow(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
