import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Launch, runProcess } from '#adapters/agents/process.ts';
import { bubblewrap } from '#adapters/agents/sandbox.ts';
import { systemCallFilter } from '#adapters/agents/system-calls.ts';
import { give } from './sandbox-world.ts';

/** What no namespace keeps apart: keys of a session, sockets to the host of a virtual machine, descriptors that are open. */
const NOBODY = 65_534;
const USERS = process.getuid?.() === 0 ? [0, NOBODY] : [process.getuid?.() ?? NOBODY];

let home: string;
let folder: string;
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-beyond-')));
  folder = join(home, 'worktree');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const YAMA = '/proc/sys/kernel/yama/ptrace_scope';

/** Numbers of calls on the processor that runs this test. */
const CALLS = {
  x64: {
    add: 248,
    find: 249,
    keyctl: 250,
    socket: 41,
    uring: 425,
    ptrace: 101,
    readMemory: 310,
    mount: 165,
    shmget: 29,
  },
  arm64: {
    add: 217,
    find: 218,
    keyctl: 219,
    socket: 198,
    uring: 425,
    ptrace: 117,
    readMemory: 270,
    mount: 40,
    shmget: 194,
  },
}[process.arch as 'x64' | 'arm64'];

/** Perl that makes one system call, and says its answer or the number of its error. */
const calling = (...words: (string | number)[]): string =>
  `$r = syscall(${words.join(', ')}); print $r >= 0 ? "works" : "error ".($!+0), "\\n";`;
const [EPERM, EINVAL, ENODEV, ENOSYS, EAFNOSUPPORT] = [1, 22, 19, 38, 97].map((number) => `error ${number}`);

/** Perl hands only variables to the kernel as texts. */
const KEY = '($type, $name, $value) = ("user", "forkjoin-canary", "CANARY");';

/** What is started inside, by a worker of this user whose session holds a key. `filter: false`: as it was without one. */
async function inside(uid: number, perl: string, filter = true, without?: string): Promise<string> {
  const opened = await bubblewrap(home);
  if ('refused' in opened) throw new Error(opened.refused);
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() === 0) give(home, uid);
  const { filter: file, ...launch }: Launch = opened.prepare({
    argv: ['/usr/bin/perl', '-e', perl],
    folder,
    environment: {},
    mounts: [],
  });
  const bare = launch.argv.flatMap((word, at, all) =>
    word !== without && (filter || (word !== '--seccomp' && all[at - 1] !== '--seccomp')) ? [word] : [],
  );
  const session = `syscall(${CALLS.keyctl}, 1, 0); ${KEY} syscall(${CALLS.add}, $type, $name, $value, 6, -3); exec @ARGV`;
  const become =
    process.getuid?.() === uid ? [] : ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const argv = [...become, '/usr/bin/perl', '-e', session, ...bare];
  const bounds = { wall: 20_000, silence: 20_000, output: 1e6 };
  const { tail, ending } = await runProcess(
    { ...launch, argv, ...(filter && file !== undefined ? { filter: file } : {}) },
    '',
    bounds,
    { signal: new AbortController().signal },
  );
  return tail === '' ? JSON.stringify(ending) : tail;
}

describe.each(USERS)('for a worker of user %i', (uid) => {
  test("the keys of the worker's session can be read through every namespace, and not through the filter", async () => {
    const read = `${KEY} $value = " " x 6; syscall(${CALLS.keyctl}, 11, syscall(${CALLS.find}, $type, $name, 0, 0), $value, 6); print $value;`;
    expect(await inside(uid, read, false)).toBe('CANARY');
    expect(await inside(uid, read)).not.toContain('CANARY');
  });

  test('the first process, which has no filter, is ruled without one, and cannot be reached with one', async () => {
    // 16: attach. What reads foreign memory needs the same right.
    const attach = `${calling(CALLS.ptrace, 16, 1, 0, 0)} ${calling(CALLS.ptrace, 17, 1, 0, 0)}`;
    // Where Yama is on, nobody attaches to what is not below.
    if (!existsSync(YAMA) || readFileSync(YAMA, 'utf8').trim() === '0')
      expect(await inside(uid, attach, false)).toContain('works');
    expect(await inside(uid, attach)).toBe(`${EPERM}\n${EPERM}`);
    expect(await inside(uid, calling(CALLS.readMemory, 1, 0, 0, 0, 0, 0))).toBe(EPERM);
    // Of its own children a debugger still has all.
    const debug = `if (!($p = fork)) { sleep 9 } ${calling(CALLS.ptrace, 16, '$p', 0, 0)} kill 9, $p;`;
    expect(await inside(uid, debug)).toBe('works');
  });

  test('memory that belongs to no process comes in small pieces only', async () => {
    const [large, small] = [calling(CALLS.shmget, 0, 2 ** 26, 0o1600), calling(CALLS.shmget, 0, 4_096, 0o1600)];
    expect(await inside(uid, large, false)).toBe('works');
    expect(await inside(uid, `${large} ${small}`)).toBe(`${EINVAL}\nworks`);
    expect(await inside(uid, calling(CALLS.shmget, 0, 2 ** 32, 0o1600))).toBe(EINVAL);
  });
});

test('sockets that lead out of a network namespace are none; those of the namespace are', async () => {
  const uid = USERS[0] ?? 0;
  const socket = (family: number): string => calling(CALLS.socket, family, 1, 0);
  // 40 is vsock, the way to the host of a virtual machine; where the kernel has it, it opens in every namespace.
  expect(['works', EAFNOSUPPORT, ENODEV]).toContain(await inside(uid, socket(40), false));
  for (const family of [40, 38, 31]) expect(await inside(uid, socket(family))).toBe(EAFNOSUPPORT);
  expect(await inside(uid, `${[1, 2, 10].map(socket).join(' ')} ${calling(CALLS.socket, 16, 3, 0)}`)).toBe(
    'works\nworks\nworks\nworks',
  );
});

test('what a program inside needs no more is not there: rings of the kernel, mounts, another user namespace', async () => {
  const uid = USERS[0] ?? 0;
  expect(await inside(uid, `$room = " " x 200; ${calling(CALLS.uring, 1, '$room')}`)).toBe(ENOSYS);
  expect(
    await inside(uid, `($what, $where) = ("tmpfs", "/tmp"); ${calling(CALLS.mount, '$what', '$where', '$what', 0, 0)}`),
  ).toBe(EPERM);
  // As with a bubblewrap that cannot forbid it itself.
  const another = calling(process.arch === 'arm64' ? 97 : 272, 0x1000_0000);
  expect(await inside(uid, another, false, '--disable-userns')).toBe('works');
  expect(await inside(uid, another, true, '--disable-userns')).toBe(EPERM);
  expect(systemCallFilter('x64')?.length).toBe(systemCallFilter('arm64')?.length);
  expect(systemCallFilter('mips')).toBeUndefined();
});

test('a folder that whoever started the worker left open is a way out for its children, and not for ours', async () => {
  const left = openSync(home, 'r');
  try {
    // Node itself takes only the first ones out of its children's reach.
    const between: 'ignore'[] = Array(27).fill('ignore');
    const look = ['/bin/ls', '/proc/self/fd/30/'];
    const bare = ['--ro-bind', '/', '/', '--tmpfs', home, '--proc', '/proc', '--dev', '/dev', '--', ...look];
    const careless = spawn('bwrap', bare, {
      stdio: ['ignore', 'pipe', 'ignore', ...between, left],
    });
    let seen = '';
    careless.stdout?.on('data', (bytes: Buffer) => (seen += bytes.toString()));
    await once(careless, 'close');
    expect(seen).toContain('worktree');

    const worker = spawn(process.execPath, ['--input-type=module-typescript', '-e', WORKER, home, folder, ...look], {
      cwd: process.cwd(),
      stdio: ['ignore', 'pipe', 'inherit', ...between, left],
    });
    let said = '';
    worker.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()));
    await once(worker, 'close');
    expect(said).toMatch(/Not a directory/);
  } finally {
    closeSync(left);
  }
});

/** A worker of its own, with whatever it was left open. */
const WORKER = `
import { createAgents } from '#adapters/agents/agents.ts';
const [home, path, ...command] = process.argv.slice(-4);
const log = { info() {}, warn() {}, error() {} };
const agents = await createAgents({ home, sandbox: 'bubblewrap', default: '', models: {}, log, agents: {} });
const { tail } = await agents.command({ path, name: 'w', base: '0'.repeat(40) }, command.join(' '), { minutes: 0.5, network: false }, new AbortController().signal);
process.stdout.write(tail);
`;
