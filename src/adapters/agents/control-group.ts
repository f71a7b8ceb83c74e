import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { isGone } from './owner.ts';

/** A control group of the kernel around one run. `enter` is put before the command line that is to run in it. */
export type ControlGroup = {
  readonly enter: readonly string[];
  /** Was a process refused because there were too many? */
  met(): boolean;
  remove(): Promise<void>;
};

const PREFIX = 'forkjoin-';
const MOUNT = '/sys/fs/cgroup';

/** Joins the group, then becomes the program: no process of the run is ever outside. Who cannot join is watched all the same. */
const JOIN = '{ echo $$ > "$0/cgroup.procs"; } 2>/dev/null; exec "$@"';

/**
 * A wall of the kernel around the number of processes: a bomb that doubles itself is thousands before anybody who looks
 * every moment can count it, and the limit of an account does not bind root. Undefined where this worker may not make
 * groups (cgroups(7)); `usage.ts` counts all the same and says why a run ended.
 */
export function controlGroup(name: string, processes: number): ControlGroup | undefined {
  for (const parent of parents()) {
    const folder = join(parent, `${PREFIX}${name}`);
    try {
      mkdirSync(folder);
      // Without the controller there is no such file, and it cannot be made.
      writeFileSync(join(folder, 'pids.max'), String(processes), { flag: 'r+' });
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

/** Removes groups that runs of workers left that died: an empty one may be another worker's, a moment before it is entered. */
export function sweepControlGroups(): void {
  const left = (name: string): boolean =>
    name.startsWith(PREFIX) && isGone(name.slice(PREFIX.length).split('.')[0] ?? '');
  for (const parent of parents()) for (const name of namesIn(parent).filter(left)) removeNow(join(parent, name));
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
  const end = Date.now() + 2_000;
  while (!removeNow(folder) && Date.now() < end) await after(5);
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
