import { type Cell, HOME_INSIDE } from './bubblewrap.ts';
import { type Ceilings, scratchSize } from './ceilings.ts';
import { isInside, type Mount } from './mounts.ts';

/** What a container is started with on this machine. */
export type Engine = {
  readonly runtime: 'docker' | 'podman';
  readonly program: string;
  readonly image: string;
  /** Who owns the worktrees, and so who works inside. */
  readonly uid: number;
  readonly gid: number;
  readonly most: Ceilings;
  /** Values of `--ulimit`: engines ask for more than a worker that is limited itself may give. */
  readonly ulimits: readonly string[];
};

/**
 * The command line of one container, thrown away afterwards: no network, no capability, no new privilege, a root that
 * cannot be written, and of the machine only the places of the cell. The system's programs are the image's own.
 */
export function containerArguments(cell: Cell, engine: Engine, name: string): string[] {
  const { runtime, program, uid, gid, most } = engine;
  const [word = '', ...words] = cell.argv;
  // Walls behind `usage.ts`, which ends a program earlier and says why.
  const [memory, tasks] = [`${Math.ceil(most.memory * 1.25)}b`, String(2 * most.processes)];
  return [
    ...[program, 'run', '--interactive', '--name', name, '--pull', 'never', '--log-driver', 'none'],
    ...['--network', 'none', '--hostname', 'sandbox', '--user', `${uid}:${gid}`, ...mapping(engine)],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
    // Podman would lay unbounded scratch places over a root that cannot be written.
    ...(runtime === 'podman' ? ['--read-only-tmpfs=false'] : []),
    ...['--pids-limit', tasks, '--memory', memory, '--memory-swap', memory],
    ...engine.ulimits.flatMap((limit) => ['--ulimit', limit]),
    ...['--shm-size', `${scratchSize(most)}b`],
    ...scratch('/tmp', scratchSize(most)),
    ...scratch(HOME_INSIDE, scratchSize(most)),
    ...layout([...cell.mounts, { kind: 'write', path: cell.folder }]).flatMap((mount) => place(mount, most)),
    ...Object.entries(cell.environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    // Docker brings a first process that reaps what daemons leave; with podman it is a package that may be missing.
    ...(runtime === 'docker' ? ['--init'] : []),
    ...['--workdir', cell.folder, '--entrypoint', word, engine.image, ...words],
  ];
}

/** Rootless podman gives numbers of users anew: the worker's own must stay what it is, for the files' sake. */
function mapping({ runtime, uid }: Engine): string[] {
  return runtime === 'podman' && uid !== 0 ? ['--userns', 'keep-id'] : [];
}

/**
 * Parents before children. The image holds nothing of this machine, so that only what a shown folder contains must be
 * hidden; links of the machine's own programs have no meaning in it.
 */
function layout(mounts: readonly Mount[]): Mount[] {
  const shown = mounts.filter(({ kind }) => kind === 'read' || kind === 'write');
  const depth = (mount: Mount): number => mount.path.split('/').length * 2 + (mount.kind === 'hide' ? 0 : 1);
  return mounts
    .filter((mount) => mount.kind !== 'link')
    .filter(
      (mount) => mount.kind !== 'hide' || shown.some(({ path }) => path !== mount.path && isInside(mount.path, path)),
    )
    .toSorted((a, b) => depth(a) - depth(b));
}

function place(mount: Mount, most: Ceilings): string[] {
  switch (mount.kind) {
    case 'read':
      return ['--mount', bind(mount.from ?? mount.path, mount.path, ',readonly')];
    case 'write':
      return ['--mount', bind(mount.from ?? mount.path, mount.path, '')];
    case 'scratch':
      return scratch(mount.path, scratchSize(most));
    case 'hide':
      return scratch(mount.path, 65_536);
    case 'link':
      return [];
  }
}

/** A value of `--mount` is one record of comma-separated values. */
function bind(from: string, to: string, more: string): string {
  const field = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `type=bind,${field(`source=${from}`)},${field(`target=${to}`)}${more}`;
}

function scratch(path: string, bytes: number): string[] {
  return ['--tmpfs', `${path}:rw,exec,nosuid,nodev,mode=1777,size=${bytes}`];
}
