import { accessSync, constants } from 'node:fs';
import { FILTER, REPORTS } from './descriptors.ts';
import { isInside, type Mount } from './mounts.ts';

/** What is run in a sandbox, and what it sees of the machine besides the system's own programs. */
export type Cell = {
  readonly argv: readonly string[];
  /** Where it starts; the only folder it may write to, apart from scratch ones. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
};

/** What this machine's bubblewrap and kernel can do; found out once, at start. */
export type Ability = {
  readonly program: string;
  /** `--disable-userns` (0.8.0): no further namespaces inside. */
  readonly disableUserns: boolean;
  /** `--size` (0.8.0): scratch folders are bounded. */
  readonly size: boolean;
  /** Bytes of a scratch folder. */
  readonly scratch: number;
  /** A limiter of processes, files and core dumps with its options (util-linux); empty where there is none. */
  readonly limiter: readonly string[];
  /** A filter of system calls is handed to it. */
  readonly filtered: boolean;
};

/** The home folder inside: empty at every start, so that nothing planted there meets a later run. */
export const HOME_INSIDE = '/home/agent';

/** What the kernel tells this worker of the whole machine: names of keys, and to root where its own things lie. */
const UNTOLD = ['keys', 'slabinfo', 'timer_list', 'vmallocinfo'].map((name) => `/proc/${name}`).filter(isReadable);

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

const NAMESPACES = ['user', 'pid', 'ipc', 'uts', 'cgroup-try', 'net'].map((name) => `--unshare-${name}`);

/**
 * The command line of the profile in safety.md section 3: an allow-list of places, no network, own processes, no
 * capabilities, no environment, ended with whoever started it. The user inside is 1000 whoever runs the worker: some
 * agents refuse to work as root.
 */
export function bubblewrapArguments(cell: Cell, ability: Ability): string[] {
  return [
    ability.program,
    ...NAMESPACES,
    ...(ability.disableUserns ? ['--disable-userns'] : []),
    ...['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox'],
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    ...Object.entries(cell.environment).flatMap(([name, value]) => ['--setenv', name, value]),
    // Read-only as a whole: settings of the kernel belong to the machine's root, who may be whoever runs the worker.
    ...['--proc', '/proc', ...UNTOLD.flatMap((file) => ['--ro-bind', '/dev/null', file]), '--remount-ro', '/proc'],
    ...['--dev', '/dev'],
    ...scratch('/dev/shm', ability),
    ...['--remount-ro', '/dev'],
    ...layout([...cell.mounts, { kind: 'write', path: cell.folder }]).flatMap((mount) => place(mount, ability)),
    ...cell.mounts.filter(({ kind }) => kind === 'hide').flatMap(({ path }) => ['--remount-ro', path]),
    // The root is bubblewrap's own unbounded memory file system.
    ...['--remount-ro', '/', '--chdir', cell.folder, '--json-status-fd', String(REPORTS)],
    ...(ability.filtered ? ['--seccomp', String(FILTER)] : []),
    '--',
    ...ability.limiter,
    ...cell.argv,
  ];
}

/**
 * Parents before children; a place that hides comes before one that shows the same path. What is inside a folder that is
 * shown anyway is there already: each mount costs time.
 */
function layout(mounts: readonly Mount[]): Mount[] {
  const shown = mounts.filter(({ kind }) => kind === 'read').map(({ path }) => path);
  const hidden = new Set(mounts.filter(({ kind }) => kind === 'hide').map(({ path }) => path));
  const depth = (mount: Mount): number => mount.path.split('/').length * 2 + (mount.kind === 'hide' ? 0 : 1);
  const around = ({ path }: Mount): Mount | undefined =>
    mounts
      .filter((other) => other.path !== path && isInside(path, other.path))
      .toSorted((a, b) => depth(b) - depth(a))
      .at(0);
  const isThere = (mount: Mount, at: number): boolean => {
    if (mount.kind === 'link') return shown.some((folder) => isInside(mount.path, folder));
    if (mount.kind !== 'read' || mount.from !== undefined) return false;
    const outer = around(mount);
    const sameBefore =
      mounts.findIndex((other) => other.kind === 'read' && other.path === mount.path && other.from === undefined) < at;
    return sameBefore || (outer?.kind === 'read' && outer.from === undefined && !hidden.has(mount.path));
  };
  return mounts.filter((mount, at) => !isThere(mount, at)).toSorted((a, b) => depth(a) - depth(b));
}

function place(mount: Mount, ability: Ability): string[] {
  switch (mount.kind) {
    case 'read':
      return ['--ro-bind', mount.from ?? mount.path, mount.path];
    case 'write':
      return ['--bind', mount.from ?? mount.path, mount.path];
    case 'link':
      return ['--symlink', mount.to, mount.path];
    case 'hide':
      return ['--tmpfs', mount.path];
    case 'scratch':
      return scratch(mount.path, ability);
  }
}

function scratch(path: string, ability: Ability): string[] {
  return [...(ability.size ? ['--size', String(ability.scratch)] : []), '--tmpfs', path];
}
