import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createAgents } from '#adapters/agents/agents.ts';
import type { Cell } from '#adapters/agents/bubblewrap.ts';
import { hiddenMounts } from '#adapters/agents/hidden.ts';
import { runProcess } from '#adapters/agents/process.ts';
import { bubblewrap, openAir, type Sandbox } from '#adapters/agents/sandbox.ts';
import { gitMounts } from '#adapters/agents/worktree-git.ts';
import { memoryPurse } from '../services/ledger.ts';
import { git, give, type Machine, machine } from './sandbox-world.ts';

const NOBODY = 65_534;
const root = process.getuid?.() === 0;
/** The user who runs the worker: root and somebody else where we may choose, else whoever we are. */
const USERS = root ? [0, NOBODY] : [process.getuid?.() ?? NOBODY];

/** Things of the machine that are worth reaching. */
let redis: Server;
let redisPort: number;
let datagrams: ReturnType<typeof createSocket>;
let received: string[] = [];
let victim: ChildProcess;
let docker: Server;
const cleaning: (() => unknown)[] = [];

beforeAll(async () => {
  redis = createServer((socket) => socket.on('data', () => socket.end('+PONG\r\n'))).listen(0, '127.0.0.1');
  await once(redis, 'listening');
  const address = redis.address();
  redisPort = typeof address === 'object' && address !== null ? address.port : 0;
  datagrams = createSocket('udp4', (message) => received.push(message.toString()));
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
});
afterAll(() => {
  redis.close();
  datagrams.close();
});
afterEach(() => {
  for (const clean of cleaning.splice(0)) clean();
  received = [];
});

/** A process of the worker's user that holds a secret in its environment. */
async function startVictim(uid: number): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', 'echo up; exec sleep 600'], {
    env: { PATH: '/usr/bin:/bin', VICTIM: 'CANARY-ENVIRONMENT' },
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(root ? { uid, gid: uid } : {}),
  });
  cleaning.push(() => child.kill('SIGKILL'));
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

type Probe = {
  readonly name: string;
  /** Shell text that ends in status 0 when the attack works. */
  readonly attack: (at: Machine) => string;
  /** What tells that it worked, when the status does not. */
  readonly worked?: (at: Machine) => boolean | Promise<boolean>;
  /** Whom the attack works for without a sandbox; everybody when absent. */
  readonly control?: (uid: number) => boolean;
};

const canUnshare = existsSync('/proc/self/ns/user');

const PROBES: readonly Probe[] = [
  { name: "the app's private key", attack: ({ key }) => `grep -q CANARY ${key}` },
  { name: "another repository's clone", attack: ({ otherBare }) => `test -n "$(cat ${otherBare}/HEAD)"` },
  { name: "another item's worktree", attack: ({ sibling }) => `grep -q CANARY ${sibling}/README.md` },
  { name: 'a folder of somebody else', attack: ({ elsewhere }) => `grep -q CANARY ${elsewhere}/letter.txt` },
  { name: 'a new file outside the worktree', attack: ({ elsewhere }) => `echo x > ${elsewhere}/planted` },
  {
    name: 'the environment of another process',
    attack: () => `grep -qa CANARY-ENVIRONMENT /proc/${victim.pid}/environ`,
  },
  { name: 'the processes of this machine', attack: () => `grep -qa '^sleep' /proc/${victim.pid}/cmdline` },
  {
    name: 'a signal to another process',
    attack: () => `kill -TERM ${victim.pid}; true`,
    worked: async () => {
      await Promise.race([once(victim, 'exit'), after(300)]);
      return victim.signalCode === 'SIGTERM';
    },
  },
  {
    name: 'Redis on localhost',
    attack: () =>
      `exec 3<>/dev/tcp/127.0.0.1/${redisPort} && echo PING >&3 && read -t 2 answer <&3 && [[ $answer == +PONG* ]]`,
  },
  {
    name: 'a datagram, as a look-up of a name is one',
    attack: () => `echo CANARY-DATAGRAM > /dev/udp/127.0.0.1/${datagrams.address().port}`,
    worked: async () => {
      // A datagram of our own that comes after theirs: when it is here, theirs is too, or never will be.
      datagrams.send('fence', datagrams.address().port, '127.0.0.1');
      while (!received.some((text) => text.includes('fence'))) await once(datagrams, 'message');
      return received.some((text) => text.includes('CANARY-DATAGRAM'));
    },
  },
  {
    name: "a hook in the repository's clone",
    attack: ({ bare }) => `mkdir -p ${bare}/hooks && echo exit > ${bare}/hooks/post-checkout`,
    worked: ({ bare }) => existsSync(join(bare, 'hooks/post-checkout')),
  },
  {
    name: "the configuration of the repository's clone",
    attack: ({ bare }) => `echo '[core] fsmonitor = evil' >> ${bare}/config`,
    worked: ({ bare }) => readFileSync(join(bare, 'config'), 'utf8').includes('evil'),
  },
  {
    name: 'objects and alternates of the clone',
    attack: ({ bare }) => `mkdir -p ${bare}/objects/info; echo /elsewhere > ${bare}/objects/info/alternates`,
    worked: ({ bare }) => existsSync(join(bare, 'objects/info/alternates')),
  },
  {
    name: "the worktree's pointer to git",
    attack: () =>
      `echo 'gitdir: /tmp/evil' > .git || { rm -f .git && echo 'gitdir: /tmp/evil' > .git; } || { mv .git git && echo evil > .git; }`,
    worked: ({ worktree }) => readFileSync(join(worktree.path, '.git'), 'utf8').includes('evil'),
  },
  {
    name: "the worktree's admin folder",
    attack: ({ bare }) => `echo /elsewhere > ${bare}/worktrees/item-3-1/commondir`,
    worked: ({ bare }) => readFileSync(join(bare, 'worktrees/item-3-1/commondir'), 'utf8').includes('elsewhere'),
  },
  { name: 'namespaces of its own', attack: () => 'unshare --user --map-root-user true', control: () => canUnshare },
  { name: 'the socket of a container engine', attack: ({ elsewhere }) => `test -S ${elsewhere}/docker.sock` },
  // No control: here and in most containers even root may not mount.
  { name: 'a mount', attack: () => 'mkdir -p /tmp/point && mount -t tmpfs none /tmp/point', control: () => false },
  {
    name: 'a setting of the kernel',
    attack: () => 'printf "" >> /proc/sys/kernel/core_pattern',
    control: (uid) => uid === 0,
  },
  { name: 'a file that only root may read', attack: () => 'test -n "$(cat /etc/shadow)"', control: (uid) => uid === 0 },
  {
    name: 'a device',
    attack: () => 'ls /dev/pts/../kmsg /dev/mem /dev/sd* /dev/vd* 2>/dev/null | grep -q .',
    control: () => false,
  },
];

/** Runs shell text in a worktree as a user would run the worker: the whole path for ourselves, the profile for others. */
async function run(
  at: Machine,
  uid: number,
  sandbox: 'bubblewrap' | 'none',
  code: string,
): Promise<{ ok: boolean; tail: string }> {
  if (uid === process.getuid?.()) {
    const agents = await createAgents({ home: at.home, sandbox, default: '', agents: {}, models: {}, log });
    return await agents.command(at.worktree, code, { minutes: 1, network: false }, new AbortController().signal);
  }
  const opened = sandbox === 'none' ? openAir() : await bubblewrap(at.home);
  if ('refused' in opened) throw new Error(opened.refused);
  const copies = mkdtempSync(join(at.home, 'run-'));
  const views = await gitMounts(at.worktree.path, at.home, copies);
  give(copies, uid);
  const cell: Cell = {
    argv: ['/bin/bash', '-c', code],
    folder: at.worktree.path,
    environment: { PATH: '/usr/bin:/bin' },
    mounts: [...hiddenMounts(at.home), ...views],
  };
  return await runAs(uid, opened, cell);
}

/** setpriv becomes the user before anything of the sandbox begins, as a service manager would. */
async function runAs(uid: number, sandbox: Sandbox, cell: Cell): Promise<{ ok: boolean; tail: string }> {
  const launch = sandbox.prepare(cell);
  const argv = ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...launch.argv];
  const { ending, tail } = await runProcess(
    { ...launch, argv },
    '',
    { wall: 60_000, silence: 60_000, output: 1e6 },
    {
      signal: new AbortController().signal,
    },
  );
  return { ok: ending.kind === 'exit' && ending.status === 0, tail };
}

const log = { info: () => {}, warn: () => {}, error: () => {} };

describe.each(USERS)('for a worker of user %i', (uid) => {
  const prepare = async (): Promise<Machine> => {
    const at = machine(root ? uid : undefined);
    cleaning.push(at.remove);
    victim = await startVictim(uid);
    docker = createServer().listen(join(at.elsewhere, 'docker.sock'));
    await once(docker, 'listening');
    cleaning.push(() => docker.close());
    return at;
  };

  test.each(PROBES)('$name is out of reach', async ({ attack, worked, control }) => {
    const open = await prepare();
    const without = await run(open, uid, 'none', attack(open));
    const outcome = worked === undefined ? without.ok : await worked(open);
    const works = control?.(uid) ?? true;
    expect({ outcome: outcome || !works, tail: without.tail }).toMatchObject({ outcome: true });
    received = [];

    const at = await prepare();
    const inside = await run(at, uid, 'bubblewrap', attack(at));
    expect(worked === undefined ? inside.ok : await worked(at)).toBe(false);
  });

  test('its own worktree, the git of it and the programs of the machine are within reach', async () => {
    const at = await prepare();
    const inside = await run(
      at,
      uid,
      'bubblewrap',
      `set -e; echo new > src/new.ts; git status --short; git add -A
       git -c user.name=a -c user.email=a@b.c commit -qm mine; git log --format=%s; git diff --stat HEAD~1
       git init -q /tmp/other && git -C /tmp/other status --short; id -un; echo tmp > /tmp/file; echo home > ~/file`,
    );
    expect(inside.tail).toMatch(/^\?\? src\/new.ts\nmine\nfirst\n src\/new.ts/);
    expect(inside.ok).toBe(true);
    expect(readFileSync(join(at.worktree.path, 'src/new.ts'), 'utf8')).toBe('new\n');
    // What it did to git stayed inside.
    expect(git(at.worktree.path, 'log', '--format=%s')).toBe('first');
  });
});

test('a file contract cannot be written, removed or replaced, unlike without the sandbox', async () => {
  const attack = `echo 'export type Contract = 2;' > src/contract.ts || { rm -f src/contract.ts && echo 2 > src/contract.ts; } || sed -i s/1/2/ src/contract.ts; cat src/contract.ts`;
  const end = async (sandbox: 'none' | 'bubblewrap'): Promise<string> => {
    const at = machine();
    cleaning.push(at.remove);
    const agents = await createAgents({
      home: at.home,
      sandbox,
      default: 'script',
      agents: { script: { kind: 'command', command: ['bash', '-c', attack] } },
      models: {},
      log,
    });
    const task = {
      issue: 3,
      title: '',
      plan: 1,
      attempt: 1,
      scope: [],
      contracts: '',
      constraints: '',
      verification: [],
      base: '',
    };
    const repository = { installation: 1, id: 7, owner: 'o', name: 'n' };
    const limits = { timeout: 1, stall: 1, output: 1 };
    const whole = {
      agent: 'script',
      worktree: at.worktree,
      repository,
      prompt: '',
      task,
      readOnly: ['src/contract.ts', 'gone.ts'],
      limits,
      purse: memoryPurse().purse,
    };
    for await (const _ of agents.start(whole, new AbortController().signal));
    return readFileSync(join(at.worktree.path, 'src/contract.ts'), 'utf8');
  };
  expect(await end('none')).toBe('export type Contract = 2;\n');
  expect(await end('bubblewrap')).toBe('export type Contract = 1;\n');
});

test('a rewritten pointer to git opens no other repository', async () => {
  const at = machine();
  cleaning.push(at.remove);
  writeFileSync(join(at.worktree.path, '.git'), `gitdir: ${at.otherBare}/worktrees/x\n`);
  const inside = await run(at, process.getuid?.() ?? 0, 'bubblewrap', `cat ${at.otherBare}/HEAD`);
  expect(inside.ok).toBe(false);
});

test('nothing of what one run leaves in its home or its temporary folder meets the next', async () => {
  const at = machine();
  cleaning.push(at.remove);
  const uid = process.getuid?.() ?? 0;
  const plant = 'echo x > ~/.bashrc && echo x > ~/.gitconfig && echo x > /tmp/left';
  expect(await run(at, uid, 'bubblewrap', `${plant} && ls ~/.bashrc ~/.gitconfig /tmp/left`)).toMatchObject({
    ok: true,
  });
  expect((await run(at, uid, 'bubblewrap', 'ls -d ~/.[a-z]* /tmp/left 2>/dev/null; true')).tail).toBe('');
});
