import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import { controlGroup, sweepControlGroups } from '#adapters/agents/control-group.ts';
import { newMarker } from '#adapters/agents/marker.ts';
import type { AgentTask } from '#engine/ports.ts';
import { finish, world } from './world.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const never = new AbortController().signal;
const second = 1 / 60;

/** Processes of this machine that work in a folder: what is left of an agent, whatever it did to hide. */
function workingIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await after(10);
}

/** Three children: an ordinary one, one in a session of its own, and one whose parent is gone; all outlive the script. */
const CHILDREN = `
sleep 600 & setsid sleep 600 & ( setsid sh -c 'sleep 600 & echo up > up' & ) ; until [ -e up ]; do sleep 0.01; done`;

describe.each(['bubblewrap', 'none'] as const)('under %s', (sandbox) => {
  const script = async (
    code: string,
    over: Partial<Parameters<typeof ceilingsOf>[0]> = {},
  ): Promise<Awaited<ReturnType<typeof world>>> => {
    const made = await world({
      sandbox,
      agents: { script: { kind: 'command', command: ['bash', '-c', code] } },
      ceilings: ceilingsOf({ disk_mb: 10_000, memory_mb: 8_000, processes: 2_000, ...over }),
    });
    closing.push(made.remove);
    return made;
  };
  const limits = (over: Partial<AgentTask['limits']>): Partial<AgentTask> => ({
    limits: { timeout: 1, stall: 1, output: 10, ...over },
  });

  test('an agent that takes too long is ended as a timeout, with its last lines', async () => {
    const { agents, task, worktree } = await script('while true; do echo working; sleep 0.05; done');
    const { outcomes } = await finish(agents.start(task(limits({ timeout: 4 * second })), never));
    expect(outcomes).toEqual([{ kind: 'timeout', tail: expect.stringContaining('working') }]);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('an agent that falls silent is ended as stalled, one that speaks now and then is not', async () => {
    const { agents, task } = await script('for i in 1 2 3 4 5 6; do echo $i >&2; sleep 0.8; done; sleep 600');
    const { outcomes } = await finish(agents.start(task(limits({ stall: 4 * second })), never));
    expect(outcomes).toEqual([{ kind: 'stalled', tail: '1\n2\n3\n4\n5\n6' }]);
  });

  test('an agent that prints without end is ended at its cap, in bounded memory', async () => {
    const { agents, task, worktree } = await script('yes "$(head -c 100000 /dev/zero | tr "\\0" x)"');
    const before = process.memoryUsage().rss;
    const { outcomes } = await finish(agents.start(task(limits({ output: 1_000 })), never));
    expect(outcomes).toEqual([{ kind: 'output' }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test.each([
    ['starts one process after another', 'while true; do sleep 600 & done'],
    ['leaves each of its processes to nobody', 'while true; do (setsid sleep 600 &); done'],
    ['starts threads', `UV_THREADPOOL_SIZE=200 exec node -e "fs.stat('/', () => setTimeout(() => {}, 600_000))"`],
  ])('an agent that %s is ended when they are too many, and nothing survives', async (_, code) => {
    const { agents, task, worktree } = await script(code, { processes: 150 });
    const { outcomes } = await finish(agents.start(task(), never));
    expect(outcomes).toEqual([{ kind: 'processes', limit: 150 }]);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('a bomb of processes meets a wall of the kernel, however fast it doubles itself', async () => {
    const group = controlGroup('probe', 1);
    await group?.remove();
    const walled = group !== undefined;
    // Where there is no such wall, whoever looks every moment is the only one: a busy machine may keep them from looking
    // for a second, and a bomb at full speed takes it down in that.
    const pause = walled ? '' : 'sleep 0.5; ';
    // Counted by the bomb itself, in its folder: what could not be started has left no line.
    const bomb = `bomb() { echo . >> lines; ${pause}bomb & bomb & wait; }; bomb 2>/dev/null`;
    const { agents, task, worktree } = await script(bomb, { processes: 100 });
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([{ kind: 'processes', limit: 100 }]);
    expect(statSync(join(worktree.path, 'lines')).size / 2).toBeLessThan(1_000);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('an agent that eats memory, in one process or in many, is ended, and nothing survives', async () => {
    const eat = `eat() { node -e 'globalThis.x = Buffer.alloc(150e6, 1); setTimeout(() => {}, 6e5)'; }; eat & eat & wait`;
    const { agents, task, worktree } = await script(eat, { memory_mb: 200 });
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([{ kind: 'memory', limit: 200 }]);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  // System calls of this processor: a mapping that others could share, a file that is only memory.
  const [map, file] = process.arch === 'arm64' ? [222, 279] : [9, 319];
  test.each([
    ['that it shares with nobody', `syscall(${map}, 0, 300e6, 3, 0x8021, -1, 0) > 0 or die; sleep 600`],
    [
      'by way of a file that is only memory',
      `$n = "x"; open F, ">&=", syscall(${file}, $n, 0) or die; print F "x" x 1e6 for 1..300; sleep 600`,
    ],
  ])('an agent that eats memory %s is ended', async (_, code) => {
    const { agents, task, worktree } = await script(`perl -e '${code}'`, { memory_mb: 200 });
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([{ kind: 'memory', limit: 200 }]);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test.each([
    ['in one file', 'head -c 200m /dev/zero > big; sleep 600'],
    ['in a file that has no name any more', 'exec 5> big; rm big; head -c 200m /dev/zero >&5; sleep 600'],
    ['in a folder that nobody may read', 'mkdir deep; cd deep; head -c 200m /dev/zero > big; chmod 0 .; sleep 600'],
  ])('an agent that fills the disk %s is ended, and nothing survives', async (_, code) => {
    const { agents, task, worktree } = await script(code, { disk_mb: 100 });
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([{ kind: 'disk', limit: 100 }]);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('an agent that fills the disk with files that hold nothing is ended, for a disk holds so many and no more', async () => {
    const many = `mkdir d; perl -e 'open F, ">", "d/$_" for 1..4000'; sleep 600`;
    const { agents, task, worktree } = await script(many, { disk_mb: 8 });
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([{ kind: 'disk', limit: 8 }]);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('a command that takes too much is ended and says of what', async () => {
    const { agents, worktree } = await script('true', { processes: 100 });
    const bomb = 'while true; do sleep 600 & done';
    const result = await agents.command(worktree, bomb, { minutes: 1, network: false }, never);
    expect(result).toMatchObject({ ok: false, why: expect.stringContaining('more than 100 processes and threads') });
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('children that left the group, the session and the parent are gone when the agent ends by itself', async () => {
    const { agents, task, worktree } = await script(`${CHILDREN}; exit 0`);
    const { outcomes } = await finish(agents.start(task(), never));
    expect(outcomes).toMatchObject([{ kind: 'done' }]);
    expect(existsSync(join(worktree.path, 'up'))).toBe(true);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('cancelling ends everything within ten seconds', async () => {
    const { agents, task, worktree } = await script(`${CHILDREN}; trap '' TERM INT HUP; echo ready; sleep 600`);
    const controller = new AbortController();
    const done = finish(agents.start(task(), controller.signal));
    await until(() => existsSync(join(worktree.path, 'up')));
    const from = Date.now();
    controller.abort();
    expect((await done).outcomes).toEqual([{ kind: 'cancelled' }]);
    expect(Date.now() - from).toBeLessThan(10_000);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('an attempt that was cancelled before it began starts nothing', async () => {
    const { agents, task, worktree } = await script('touch began');
    const { outcomes } = await finish(agents.start(task(), AbortSignal.abort()));
    expect(outcomes).toEqual([{ kind: 'cancelled' }]);
    expect(existsSync(join(worktree.path, 'began'))).toBe(false);
  });

  test('whoever stops listening ends the agent', async () => {
    const { agents, task, worktree } = await script('echo first; sleep 600');
    for await (const event of agents.start(task(), never)) {
      expect(event).toMatchObject({ kind: 'progress', text: 'first' });
      break;
    }
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('a child that keeps the output open does not keep the agent from ending', async () => {
    const { agents, task, worktree } = await script('setsid sleep 600 & echo done');
    const { outcomes } = await finish(agents.start(task(), never));
    expect(outcomes).toEqual([{ kind: 'done', summary: 'done' }]);
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('the exit status and the reason of an end by signal are kept', async () => {
    const { agents, task } = await script('echo broken >&2; exit 42');
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([
      { kind: 'exit', status: 42, tail: 'broken' },
    ]);
    const killed = await script('kill -9 $$');
    expect((await finish(killed.agents.start(killed.task(), never))).outcomes).toEqual([
      { kind: 'exit', status: 137, tail: '' },
    ]);
  });

  test('a command that hangs is ended at its limit, and says so', async () => {
    const { agents, worktree } = await script('true');
    const result = await agents.command(
      worktree,
      'echo begun; sleep 600',
      { minutes: 4 * second, network: false },
      never,
    );
    expect(result).toMatchObject({ ok: false, tail: 'begun', why: expect.stringContaining('time limit') });
    expect(result).not.toHaveProperty('status');
    expect(workingIn(worktree.path)).toEqual([]);
  });

  test('nothing of an agent outlives a worker that is killed', async () => {
    const { home, worktree, agents } = await script('true');
    const worker = spawn(
      process.execPath,
      ['--input-type=module-typescript', '-e', WORKER, home, worktree.path, sandbox],
      {
        cwd: process.cwd(),
        stdio: 'inherit',
      },
    );
    await until(() => existsSync(join(worktree.path, 'up')));
    expect(workingIn(worktree.path).length).toBeGreaterThan(0);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    // Without a sandbox the next worker clears up when it starts.
    if (sandbox === 'none') closing.push((await world({ sandbox, agents: {} })).remove);
    await until(() => workingIn(worktree.path).length === 0);
    expect(agents.offered).toEqual(['script']);
    expect(readFileSync(join(worktree.path, 'up'), 'utf8')).toBe('up\n');
  });
});

test('a control group that is about to be entered is left alone by other workers, one of a dead worker is not', () => {
  const mine = controlGroup(newMarker(), 10);
  const [, here = ''] = /^(\d+)-/.exec(newMarker()) ?? [];
  const dead = controlGroup(`${here}-999999-1.gone`, 10);
  const folders = [mine, dead].map((group) => group?.enter.at(-1) ?? '/nowhere');
  sweepControlGroups();
  expect(folders.map((folder) => existsSync(folder))).toEqual([mine !== undefined, false]);
  void mine?.remove();
});

test('an agent whose processes double themselves is ended, and nothing survives', async () => {
  // The classic has no pause; nobody should run that outside a sandbox, where nothing holds what leaves its group.
  const bomb = 'bomb() { sleep 0.05; bomb | bomb & }; bomb; sleep 600';
  const made = await world({
    sandbox: 'bubblewrap',
    agents: { script: { kind: 'command', command: ['bash', '-c', bomb] } },
    ceilings: ceilingsOf({ disk_mb: 1_000, memory_mb: 8_000, processes: 150 }),
  });
  closing.push(made.remove);
  const { outcomes } = await finish(made.agents.start(made.task(), never));
  expect(outcomes).toEqual([{ kind: 'processes', limit: 150 }]);
  expect(workingIn(made.worktree.path)).toEqual([]);
});

test('an agent that fills its temporary folder is ended, and nothing survives', async () => {
  const made = await world({
    sandbox: 'bubblewrap',
    agents: { script: { kind: 'command', command: ['bash', '-c', 'head -c 100m /dev/zero > /tmp/big; sleep 600'] } },
    ceilings: ceilingsOf({ disk_mb: 50, memory_mb: 8_000, processes: 2_000 }),
  });
  closing.push(made.remove);
  const { outcomes } = await finish(made.agents.start(made.task(), never));
  expect(outcomes).toEqual([{ kind: 'disk', limit: 50 }]);
  expect(workingIn(made.worktree.path)).toEqual([]);
});

test('an agent on a small disk is ended before the disk is full, whatever its limit is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-small-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  // A disk of 200 MB that only this worker sees.
  const mount = 'mount -t tmpfs -o size=200m none "$0" && mkdir "$0/w" && exec "$@"';
  const code = 'head -c 150000000 /dev/zero > big; sleep 600';
  const worker = spawn(
    'unshare',
    [
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      mount,
      folder,
      process.execPath,
      '--input-type=module-typescript',
      '-e',
      SMALL,
      folder,
      code,
    ],
    { cwd: process.cwd(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  worker.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await once(worker, 'close');
  expect(said).toMatch(/filled more than (?:9|10)\d MB of disk/);
});

/** A worker that runs one command without a sandbox and prints why it ended. */
const SMALL = `
import { createAgents } from '#adapters/agents/agents.ts';
const [home, code] = process.argv.slice(-2);
const log = { info() {}, warn() {}, error() {} };
const agents = await createAgents({ home, sandbox: 'none', default: '', models: {}, log, agents: {} });
const worktree = { path: home + '/w', name: 'w', base: '0'.repeat(40) };
const { why } = await agents.command(worktree, code, { minutes: 0.5, network: false }, new AbortController().signal);
process.stdout.write(String(why));
`;

/** A worker of its own: runs an agent with children that never ends. */
const WORKER = `
import { createAgents } from '#adapters/agents/agents.ts';
const [home, path, sandbox] = process.argv.slice(-3);
const log = { info() {}, warn() {}, error() {} };
const agents = await createAgents({ home, sandbox, default: 'script', models: {}, log,
  agents: { script: { kind: 'command', command: ['bash', '-c', ${JSON.stringify(`${CHILDREN}; sleep 600`)}] } } });
const worktree = { path, name: 'x', base: '0'.repeat(40) };
const repository = { installation: 1, id: 7, owner: 'o', name: 'n' };
const limits = { timeout: 9, stall: 9, output: 9 };
for await (const event of agents.start({ agent: 'script', worktree, repository, prompt: '', task: {}, readOnly: [], limits }, new AbortController().signal));
`;
