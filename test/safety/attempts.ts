import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createAgents } from '#adapters/agents/agents.ts';
import type { Cell } from '#adapters/agents/bubblewrap.ts';
import { hiddenMounts } from '#adapters/agents/hidden.ts';
import { runProcess } from '#adapters/agents/process.ts';
import { bubblewrap } from '#adapters/agents/sandbox.ts';
import type { WorkshopOptions } from '#adapters/agents/workshop.ts';
import { gitMounts } from '#adapters/agents/worktree-git.ts';
import type { Agents } from '#engine/ports.ts';
import { SECRET } from './probes.ts';
import { give, type Machine } from './sandbox-world.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };

export type Attempt = { readonly ok: boolean; readonly tail: string };

/** Runs shell text in a worktree like any child of the worker: what an agent could do without a sandbox. */
export async function outside(at: Machine, uid: number, code: string): Promise<Attempt> {
  const child = spawn('/bin/bash', ['-c', code], {
    cwd: at.worktree.path,
    env: { PATH: '/usr/bin:/bin', API_TOKEN: SECRET },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    ...(process.getuid?.() === 0 ? { uid, gid: uid } : {}),
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (tail += bytes.toString()));
  const [status] = await once(child, 'close');
  // A mount that worked would outlive us all.
  spawnSync('umount', [join(at.worktree.path, 'point')], { stdio: 'ignore' });
  return { ok: status === 0, tail };
}

/** The app's own way to run a command, proof of the sandbox included. */
export async function workshopOf(
  at: Machine,
  options: Pick<WorkshopOptions, 'sandbox' | 'container'>,
): Promise<Agents> {
  return await createAgents({ home: at.home, default: '', agents: {}, models: {}, log, ...options });
}

/** Runs shell text in the sandbox, for a worker of this user: the app's own way for ourselves, its profile for others. */
export async function inside(at: Machine, uid: number, code: string, agents: Agents): Promise<Attempt> {
  process.env['API_TOKEN'] = SECRET;
  try {
    if (uid === process.getuid?.()) {
      const limits = { minutes: 1, network: false };
      return await agents.command(at.worktree, code, limits, new AbortController().signal);
    }
    return await insideAs(at, uid, code);
  } finally {
    delete process.env['API_TOKEN'];
  }
}

/** setpriv becomes the user before anything of the sandbox begins, as a service manager would. */
async function insideAs(at: Machine, uid: number, code: string): Promise<Attempt> {
  const opened = await bubblewrap(at.home);
  if ('refused' in opened) throw new Error(opened.refused);
  const copies = mkdtempSync(join(at.home, 'run-'));
  const views = await gitMounts(at.worktree.path, at.home, copies);
  give(copies, uid);
  const cell: Cell = {
    argv: ['/bin/bash', '-c', code],
    folder: at.worktree.path,
    environment: { PATH: '/usr/bin:/bin', HOME: '/home/agent' },
    mounts: [...hiddenMounts(at.home), ...views],
  };
  const launch = opened.prepare(cell);
  const argv = ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...launch.argv];
  const bounds = { wall: 60_000, silence: 60_000, output: 1e6 };
  // The environment of the worker itself, so that only the profile keeps it out.
  const environment = { ...launch.environment, API_TOKEN: SECRET };
  const ended = await runProcess({ ...launch, argv, environment }, '', bounds, {
    signal: new AbortController().signal,
  });
  return { ok: ended.ending.kind === 'exit' && ended.ending.status === 0, tail: ended.tail };
}
