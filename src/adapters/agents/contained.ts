import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { certificates } from './certificates.ts';
import { openEgress } from './egress.ts';
import { environmentOf } from './environment.ts';
import type { Mount } from './mounts.ts';
import { type Bounds, type Ended, runProcess, type Watch } from './process.ts';
import { type Route, throughRelay } from './relay.ts';
import type { Workshop } from './workshop.ts';
import { gitMounts } from './worktree-git.ts';

/** One program in one worktree. Paths are absolute; `folder` is private to this start. */
export type Job = {
  readonly argv: readonly string[];
  readonly worktree: string;
  readonly folder: string;
  readonly input: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders of programs that are searched first. */
  readonly path: readonly string[];
  readonly mounts: readonly Mount[];
  /** Sockets of the worker that the program reaches. */
  readonly routes: readonly Route[];
  /** `host:port`s that it reaches besides; without a sandbox it reaches everything. */
  readonly egress: readonly string[];
  /** Files of the worktree that stay as they are, relative. */
  readonly readOnly: readonly string[];
};

/** What a proxy must not be asked for: the sandbox's own servers, and the way to the model. */
const DIRECT = 'localhost,127.0.0.1,::1';
const PROXY = { NO_PROXY: DIRECT, no_proxy: DIRECT, NODE_USE_ENV_PROXY: '1' };

/** Runs a job in the sandbox of this machine, within its bounds. */
export async function runContained(workshop: Workshop, job: Job, bounds: Bounds, watch: Watch): Promise<Ended> {
  const { sandbox, node, log } = workshop;
  const home = sandbox.home ?? join(job.folder, 'home');
  if (sandbox.home === undefined) await mkdir(home, { recursive: true });
  const open = sandbox.kind !== 'none' && job.egress.length > 0;
  const egress = open ? await openEgress({ folder: job.folder, allowed: job.egress, log }) : undefined;
  try {
    const relayed = throughRelay(node, [...job.routes, ...(egress === undefined ? [] : [egress.route])], job.argv);
    const proxy = egress === undefined ? {} : PROXY;
    const trusted = certificates();
    const launch = sandbox.prepare({
      argv: relayed.argv,
      folder: job.worktree,
      environment: {
        ...environmentOf({ home, path: [node.bin, ...job.path] }),
        ...trusted.environment,
        ...proxy,
        ...job.environment,
      },
      mounts: [
        ...workshop.hidden,
        ...node.mounts,
        ...trusted.mounts,
        ...job.mounts,
        ...relayed.mounts,
        ...(await gitMounts(job.worktree, workshop.home, job.folder)),
        ...(await readOnlyMounts(job)),
      ],
    });
    const shared = job.mounts.flatMap((mount) => (mount.kind === 'write' ? [mount.from ?? mount.path] : []));
    const takes = { most: workshop.ceilings, folder: job.worktree, also: [job.folder, ...shared] };
    return await runProcess(launch, job.input, { ...bounds, takes }, watch);
  } finally {
    egress?.close();
  }
}

async function readOnlyMounts(job: Job): Promise<Mount[]> {
  const root = await realpath(job.worktree).catch(() => job.worktree);
  const mounts = job.readOnly.map(async (name): Promise<Mount[]> => {
    // A link could lead the mount out of the worktree.
    const real = await realpath(join(root, name)).catch(() => undefined);
    const whole = real === join(root, name) && (await lstat(real)).isFile();
    return whole ? [{ kind: 'read', path: join(job.worktree, name) }] : [];
  });
  return (await Promise.all(mounts)).flat();
}
