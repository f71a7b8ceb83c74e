import { execFile } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Containment } from '#engine/ports.ts';
import { type Ability, bubblewrapArguments, type Cell, HOME_INSIDE } from './bubblewrap.ts';
import { type Ceilings, ceilingsOf, scratchSize } from './ceilings.ts';
import { controlGroup } from './control-group.ts';
import { etcMounts } from './etc.ts';
import { limitOptions } from './host-limits.ts';
import { newMarker } from './marker.ts';
import { type Mount, systemMounts } from './mounts.ts';
import type { Launch } from './process.ts';
import { findProgram } from './programs.ts';
import { systemCallFilter } from './system-calls.ts';

/** Temporary folders of bounded size; `/dev/shm` comes with the devices. */
const SCRATCH = ['/tmp', HOME_INSIDE];

/** How programs are contained on this machine. `prepare` turns a cell into what is really started. */
export type Sandbox = {
  readonly kind: Containment['kind'];
  /** The agent's home folder as it sees it; without a sandbox it must be a private folder. */
  readonly home: string | undefined;
  prepare(cell: Cell): Launch;
};

/** No containment: only by the operator's explicit word. Limits hold all the same, and nothing outlives its run where groups can be made. */
export function openAir(most: Ceilings = ceilingsOf()): Sandbox {
  return {
    kind: 'none',
    home: undefined,
    prepare: (cell) => {
      const marker = newMarker();
      // What hides from its marker and its session is still known by its group, where the worker may make one.
      const group = controlGroup(marker, 2 * most.processes, 'members');
      return {
        argv: [...(group?.enter ?? []), ...cell.argv],
        cwd: cell.folder,
        environment: cell.environment,
        namespaced: false,
        scratch: [],
        marker,
        ...(group === undefined ? {} : { group }),
      };
    },
  };
}

/** Stands where a sandbox could not be had: a start that slips past the refusal is a bug, and starts nothing. */
export function refusing(kind: Sandbox['kind'], why: string): Sandbox {
  return {
    kind,
    home: undefined,
    prepare: () => {
      throw new Error(`nothing may run here: ${why}`);
    },
  };
}

/** The bubblewrap profile, or a sentence when the program is missing. Whether it holds is for `proof.ts` to say. */
export async function bubblewrap(
  home: string,
  most: Ceilings = ceilingsOf(),
): Promise<Sandbox | { readonly refused: string }> {
  const program = findProgram('bwrap');
  if (program === undefined) {
    return {
      refused:
        'bubblewrap is not installed, so agents cannot be contained here. Install it (Debian, Ubuntu: `apt-get install bubblewrap`), ' +
        'or set `sandbox: none` in forkjoin.yml if agents may reach everything that this account can.',
    };
  }
  let help: string;
  try {
    const { stdout, stderr } = await promisify(execFile)(program.file, ['--help'], { timeout: 10_000 });
    help = stdout + stderr;
  } catch (error) {
    return {
      refused: `bubblewrap (${program.file}) does not run: ${error instanceof Error ? error.message.trim() : String(error)}. Install it anew.`,
    };
  }
  const prlimit = findProgram('prlimit', '/usr/bin:/bin');
  const filter = await filterFile(home);
  const ability: Ability = {
    program: program.file,
    disableUserns: help.includes('--disable-userns'),
    size: help.includes('--size '),
    scratch: scratchSize(most),
    limiter: prlimit === undefined ? [] : [prlimit.file, ...limitOptions(most), '--'],
    filtered: filter !== undefined,
  };
  const system = [...systemMounts(), ...(await etcMounts(home))];
  return {
    kind: 'bubblewrap',
    home: HOME_INSIDE,
    prepare: (cell) => {
      const marker = newMarker();
      // A wall behind `usage.ts`, which ends a run earlier and says why.
      const group = controlGroup(marker, 2 * most.processes);
      const argv = bubblewrapArguments(
        {
          ...cell,
          mounts: [...system, ...SCRATCH.map((path): Mount => ({ kind: 'scratch', path })), ...cell.mounts],
        },
        ability,
      );
      return {
        argv: [...(group?.enter ?? []), ...argv],
        cwd: '/',
        environment: {},
        namespaced: true,
        scratch: [...SCRATCH, '/dev/shm'],
        marker,
        ...(filter === undefined ? {} : { filter }),
        ...(group === undefined ? {} : { group }),
      };
    },
  };
}

/** Writes the filter of system calls for this processor where every start finds it; undefined where there is none. */
async function filterFile(home: string): Promise<string | undefined> {
  const filter = systemCallFilter();
  if (filter === undefined) return undefined;
  const folder = join(home, 'sandbox');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `system-calls-${process.arch}`);
  // Whole at once: another worker of this home may start an agent meanwhile.
  const draft = `${file}.${newMarker()}`;
  await writeFile(draft, filter);
  await rename(draft, file);
  return file;
}
