import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAgents } from '#adapters/agents/agents.ts';
import { bubblewrapArguments, type Cell } from '#adapters/agents/bubblewrap.ts';
import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import { systemMounts } from '#adapters/agents/mounts.ts';
import { plainText } from '#adapters/agents/tail.ts';
import type { CommandResult } from '#core/types.ts';
import type { Agents } from '#engine/ports.ts';
import { finish, quiet, world } from '../../adapters/agents/world.ts';
import { type Attempt, outside } from '../attempts.ts';
import { MORE, type Probe, SIXTEEN } from '../probes.ts';
import { type Machine, machine } from '../sandbox-world.ts';
import { startTargets, type Targets } from '../targets.ts';
import { processesIn } from './processes.ts';

/** The numbers are rows of the threat table. Each attack is first seen to work on a worker that does not defend itself. */
const uid = process.getuid?.() ?? 0;
const never = new AbortController().signal;
const KEYS = {
  ANTHROPIC_API_KEY: 'CANARY-MODEL-KEY',
  GITHUB_TOKEN: 'CANARY-GITHUB-TOKEN',
  PRIVATE_KEY: 'CANARY-APP-KEY',
};

let at: Machine;
let targets: Targets;
let agents: Agents;
beforeAll(async () => {
  at = machine();
  targets = await startTargets(uid);
  agents = await createAgents({
    home: at.home,
    sandbox: 'bubblewrap',
    default: 'script',
    agents: { script: { kind: 'command', command: ['bash', 'agent.sh'] } },
    models: { anthropic: { url: 'http://127.0.0.1:9', key: KEYS.ANTHROPIC_API_KEY } },
    egress: [`127.0.0.1:${targets.httpPort}`],
    ceilings: ceilingsOf({ disk_mb: 200, memory_mb: 2_000, processes: 150 }),
    log: quiet,
  });
});
afterAll(async () => {
  at.remove();
  await targets.stop();
});
beforeEach(() => {
  for (const [name, value] of Object.entries(KEYS)) process.env[name] = value;
  return () => {
    for (const name of Object.keys(KEYS)) delete process.env[name];
  };
});

/** Shell text in the sandbox, as the app runs a command of a plan. */
async function inside(code: string): Promise<CommandResult> {
  return await agents.command(at.worktree, code, { minutes: 1, network: false }, never);
}

/** Shell text as the script of an agent, which may reach what the operator lists. */
async function asAgent(code: string): Promise<string> {
  writeFileSync(join(at.worktree.path, 'agent.sh'), `{ ${code}\n} > said.txt 2>&1; true`);
  const { task, remove } = await world({ sandbox: 'none' });
  remove();
  await finish(agents.start(task({ worktree: at.worktree }), never));
  return readFileSync(join(at.worktree.path, 'said.txt'), 'utf8');
}

/** A child of a worker that hands on what it has itself. */
async function careless(code: string, env: NodeJS.ProcessEnv = process.env): Promise<Attempt> {
  const child = spawn('/bin/bash', ['-c', code], { cwd: at.worktree.path, env });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (tail += bytes.toString()));
  const [status] = await once(child, 'close');
  return { ok: status === 0, tail };
}

describe('row 12: what one run plants in its home or cache', () => {
  const plant =
    'mkdir -p ~/.cache ~/.npm; for f in ~/.bashrc ~/.gitconfig ~/.npmrc ~/.cache/x /tmp/planted; do echo "touch ran" > $f; done';
  // All is read: who stops reading ends the other with a failure, now and then.
  const meet = 'cat ~/.bashrc ~/.gitconfig ~/.npmrc ~/.cache/x /tmp/planted 2>/dev/null | grep touch > /dev/null';

  test('row 12: meets the next run of a worker with one home, and never the next of ours', async () => {
    const home = join(at.elsewhere, 'home');
    mkdirSync(home);
    const shared = { PATH: '/usr/bin:/bin', HOME: home };
    await careless(plant.replace(' /tmp/planted', ''), shared);
    expect(await careless(meet, shared)).toMatchObject({ ok: true });

    expect(await inside(`${plant}; ${meet}`)).toMatchObject({ ok: true });
    expect(await inside(meet)).toMatchObject({ ok: false });
  });
});

/** Everything that a program can look through: environments, command lines, files that are new or the app's. */
const LOOK = `{ env; cat /proc/*/environ /proc/*/cmdline; cat ${'$HOME'}/.* ${'$HOME'}/.*/*; find / '(' -path /proc -o -path /usr ')' -prune -o -type f -size -200k -newermt '1 hour ago' -exec cat {} +; } 2>/dev/null | tr '\\0' '\\n' | grep -a -o 'CANARY-[A-Z-]*' | sort -u`;

describe('rows 13, 14 and 43: keys', () => {
  test('row 13: the key of a model reaches a careless child, and is nowhere inside', async () => {
    expect((await careless('env')).tail).toContain(KEYS.ANTHROPIC_API_KEY);
    expect(await asAgent(LOOK)).not.toContain('MODEL-KEY');
    expect((await inside(LOOK)).tail).not.toContain('MODEL-KEY');
  });

  test("row 14: so do a GitHub token and the app's key; inside there is neither", async () => {
    const { tail } = await careless('env; cat ../../../app.pem');
    expect(tail).toContain(KEYS.GITHUB_TOKEN);
    expect(tail).toContain('CANARY-APP-KEY');
    // The control of the look: what is really there is found by it.
    writeFileSync(join(at.worktree.path, 'mine.txt'), 'CANARY-MINE\n');
    const seen = await asAgent(LOOK);
    expect(seen).toContain('CANARY-MINE');
    expect(seen).not.toMatch(/GITHUB-TOKEN|APP-KEY/);
  });
});

describe('row 15: the network', () => {
  const http = (address: string, port: number): string =>
    String.raw`exec 3<>/dev/tcp/${address}/${port} && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && timeout 3 grep -q CANARY-HTTP <&3`;

  test('row 15: an address, a datagram and a name get out of a careless worker, and not of ours', async () => {
    expect(await careless(http('127.0.0.1', targets.httpPort))).toMatchObject({ ok: true });
    const attacks = [
      http('127.0.0.1', targets.httpPort),
      'timeout 3 bash -c "exec 3<>/dev/tcp/169.254.169.254/80"',
      'timeout 3 bash -c "exec 3<>/dev/tcp/1.1.1.1/443"',
      'timeout 3 bash -c "exec 3<>/dev/tcp/github.com/443"',
      'timeout 3 getent hosts github.com',
    ];
    for (const attack of attacks) expect(await inside(attack)).toMatchObject({ ok: false });
    await careless(`echo CANARY-DATAGRAM > /dev/udp/127.0.0.1/${targets.dnsPort}`);
    expect((await targets.asked()).join()).toContain('CANARY-DATAGRAM');
    await inside(`echo CANARY-DATAGRAM > /dev/udp/127.0.0.1/${targets.dnsPort}`);
    expect(await targets.asked()).toEqual([]);
  });

  test('row 15: through the proxy an agent reaches what is listed, and nothing by any other way', async () => {
    const ask = (url: string, proxy: string): string =>
      `node -e 'const {hostname, port} = new URL(${proxy}); require("http").get({host: hostname, port, path: "${url}", headers: {host: new URL("${url}").host}}, (r) => { r.setEncoding("utf8"); let t = ""; r.on("data", (d) => t += d); r.on("end", () => console.log(r.statusCode, t)); }).on("error", (e) => console.log("refused", e.code))'`;
    const listed = `http://127.0.0.1:${targets.httpPort}/`;
    expect(await asAgent(ask(listed, 'process.env.HTTP_PROXY'))).toBe('200 CANARY-HTTP\n');
    // Without the proxy: nothing of the machine is on this loopback.
    expect(await asAgent(ask(listed, `"${listed}"`))).toBe('refused ECONNREFUSED\n');
    for (const url of [
      `http://127.0.0.2:${targets.httpPort}/`,
      `http://127.0.0.1:${targets.redisPort}/`,
      'http://169.254.169.254/',
    ])
      expect(await asAgent(ask(url, 'process.env.HTTP_PROXY'))).toMatch(/^403 /);
  });
});

describe('rows 17 and 18: neighbours', () => {
  const probe = (name: string): Probe => {
    const found = [...SIXTEEN, ...MORE].find((one) => one.name.includes(name));
    if (found === undefined) throw new Error(name);
    return found;
  };

  test.each([
    ['row 17', "another repository's clone"],
    ['row 17', "another item's worktree"],
    ['row 17', 'a folder of somebody else'],
    ['row 18', 'Redis on localhost'],
  ])('%s: %s is open to a careless child, and not inside', async (_, name) => {
    const { attack } = probe(name);
    expect(await outside(at, uid, attack(at, targets))).toMatchObject({ ok: true });
    expect(await inside(attack(at, targets))).toMatchObject({ ok: false });
  });

  test('row 18: the socket of a database in a folder is not there either', async () => {
    expect((await inside('ls -d /run/redis /var/run/redis /run/postgresql /var/run/docker.sock /run/podman')).ok).toBe(
      false,
    );
  });
});

describe('rows 19 and 20: what outlives or outgrows a run', () => {
  /** A child, one in a session of its own, one whose parent is gone. */
  const THREE =
    'sleep 654321 & setsid sleep 654321 & (setsid sh -c "sleep 654321 & echo up > up" &); until [ -e up ]; do sleep 0.01; done; rm up';

  test('row 19: a killed child leaves three processes behind, and ours none, however it ends', async () => {
    const child = spawn('/bin/bash', ['-c', `${THREE}; echo up; sleep 654321`], { cwd: at.worktree.path });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processesIn(at.worktree.path)).toHaveLength(3);
    for (const pid of processesIn(at.worktree.path)) process.kill(pid, 'SIGKILL');
    while (processesIn(at.worktree.path).length > 0) await after(5);

    expect(await inside(THREE)).toMatchObject({ ok: true });
    expect(processesIn(at.worktree.path)).toEqual([]);
    const controller = new AbortController();
    const ended = agents.command(
      at.worktree,
      `${THREE}; touch ready; sleep 654321`,
      { minutes: 1, network: false },
      controller.signal,
    );
    while (processesIn(at.worktree.path).length < 4) await after(5);
    const from = performance.now();
    controller.abort();
    expect(await ended).toMatchObject({ ok: false, why: 'cancelled' });
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(processesIn(at.worktree.path)).toEqual([]);
  });

  test('row 20: a bomb of processes goes on outside, and is ended inside', async () => {
    const bomb = 'for i in {1..400}; do sleep 654321 & done; wait';
    const child = spawn('/bin/bash', ['-c', bomb], { cwd: at.worktree.path, detached: true });
    while (processesIn(at.worktree.path).length < 400) await after(10);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    expect(await inside(bomb)).toMatchObject({ ok: false, why: expect.stringContaining('150 processes') });
    expect(processesIn(at.worktree.path)).toEqual([]);
  });

  test('row 20: a file grows outside, and is ended inside; so is a log, in bounded memory', async () => {
    const fill = 'head -c 300m /dev/zero > big; stat -c %s big; rm big; sleep 0.5';
    expect((await careless(fill)).tail.trim()).toBe(String(300 * 1024 ** 2));
    const slow = 'head -c 300m /dev/zero > big; sleep 60';
    expect(await inside(slow)).toMatchObject({ ok: false, why: expect.stringContaining('200 MB of disk') });
    const before = process.memoryUsage().rss;
    expect(await inside('rm -f big; yes CANARY | head -c 200000000')).toMatchObject({
      ok: false,
      why: expect.stringContaining('output'),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  });
});

describe('row 21: terminals', () => {
  const TITLE = String.raw`printf '\033]0;owned\007\033[2Jred\033[31m \033P1$r\033\\x\r\n\xe2\x80\xaeevil'`;

  test('row 21: control sequences are in what a program prints, and in nothing that we show', async () => {
    expect((await careless(TITLE)).tail).toMatch(/\u001b\]0;owned/);
    const { tail } = await inside(TITLE);
    expect(tail).toBe('red x\nevil');
    expect(plainText((await careless(TITLE)).tail)).toBe(tail);
  });

  test("row 21: the worker's terminal is written to without a session of its own, and cannot be found in one", async () => {
    // `script` gives what it starts a terminal, as somebody has who starts a worker by hand.
    const typed = async (argv: readonly string[]): Promise<string> => {
      const quoted = argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
      return (
        await careless(`script -qec "$COMMAND" /dev/null < /dev/null`, { PATH: '/usr/bin:/bin', COMMAND: quoted })
      ).tail;
    };
    const attack = ['/bin/sh', '-c', 'echo injected > /dev/tty'];
    const ability = {
      program: 'bwrap',
      disableUserns: false,
      size: true,
      scratch: 1_000_000,
      limiter: [],
      filtered: false,
    };
    const cell: Cell = { argv: attack, folder: at.worktree.path, environment: {}, mounts: systemMounts() };
    const profile = bubblewrapArguments(cell, ability).filter((word) => word !== '--json-status-fd' && word !== '3');
    expect(await typed(profile.filter((word) => word !== '--new-session'))).toContain('injected');
    const held = await typed(profile);
    expect(held).not.toContain('injected');
    expect(held).toMatch(/tty/);
  });
});
