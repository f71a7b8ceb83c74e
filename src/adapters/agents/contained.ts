import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentOf } from './environment.ts';
import type { Mount } from './mounts.ts';
import type { NodeInstallation } from './node-installation.ts';
import { type Bounds, type Ended, runProcess, type Watch } from './process.ts';
import type { Sandbox } from './sandbox.ts';
import { gitMounts } from './worktree-git.ts';

/** What all starts on this machine share. */
export type Workshop = {
  readonly sandbox: Sandbox;
  /** The app's own data, real path. */
  readonly home: string;
  /** Places of the app that a shown folder could contain, masked. */
  readonly hidden: readonly Mount[];
  readonly node: NodeInstallation;
};

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
  /** Files of the worktree that stay as they are, relative. */
  readonly readOnly: readonly string[];
};

/** Runs a job in the sandbox of this machine, within its bounds. */
export async function runContained(workshop: Workshop, job: Job, bounds: Bounds, watch: Watch): Promise<Ended> {
  const home = workshop.sandbox.home ?? join(job.folder, 'home');
  if (workshop.sandbox.home === undefined) await mkdir(home, { recursive: true });
  const launch = workshop.sandbox.prepare({
    argv: job.argv,
    folder: job.worktree,
    environment: { ...environmentOf({ home, path: [workshop.node.bin, ...job.path] }), ...job.environment },
    mounts: [
      ...workshop.hidden,
      ...workshop.node.mounts,
      ...job.mounts,
      ...(await gitMounts(job.worktree, workshop.home, job.folder)),
      ...(await readOnlyMounts(job)),
    ],
  });
  return await runProcess(launch, job.input, bounds, watch);
}

async function readOnlyMounts(job: Job): Promise<Mount[]> {
  const root = await realpath(job.worktree);
  const mounts = job.readOnly.map(async (name): Promise<Mount[]> => {
    // A link could lead the mount out of the worktree.
    const real = await realpath(join(root, name)).catch(() => undefined);
    const whole = real === join(root, name) && (await lstat(real)).isFile();
    return whole ? [{ kind: 'read', path: join(job.worktree, name) }] : [];
  });
  return (await Promise.all(mounts)).flat();
}
