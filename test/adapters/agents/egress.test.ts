import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openEgress } from '#adapters/agents/egress.ts';
import type { Log } from '#engine/ports.ts';
import { quiet, world } from './world.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A registry on this machine; answers its port. */
async function registry(): Promise<number> {
  const server = createServer((asked, response) =>
    response.end(`package at ${asked.url} of ${asked.headers.host}`),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function proxy(allowed: readonly string[], log: Log = quiet): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-egress-'));
  const egress = await openEgress({ folder, allowed, log });
  closing.push(() => {
    egress.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return egress.route.socket;
}

/** The status of a CONNECT, and what came back through it for a GET. */
function tunnel(socket: string, target: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, method: 'CONNECT', path: target });
    asked.on('connect', (answer, stream) => {
      let body = '';
      stream.on('data', (bytes) => {
        body += bytes;
      });
      stream.on('close', () => resolve({ status: answer.statusCode, body }));
      if (answer.statusCode === 200) stream.write('GET /x HTTP/1.1\r\nhost: r\r\nconnection: close\r\n\r\n');
    });
    asked.on('error', reject).end();
  });
}

describe('the egress proxy', () => {
  test('connects to what the operator lists', async () => {
    const port = await registry();
    const answer = await tunnel(await proxy([`127.0.0.1:${port}`]), `127.0.0.1:${port}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('package at /x');
  });

  test.each([
    ['another port', (port: number) => `127.0.0.1:${port + 1}`],
    ['another host', (port: number) => `127.0.0.2:${port}`],
    ['the metadata of a cloud', () => '169.254.169.254:80'],
    ['nonsense', () => 'no-port'],
  ])('refuses %s, and logs it', async (_, target) => {
    const port = await registry();
    const lines: unknown[] = [];
    const socket = await proxy([`127.0.0.1:${port}`], { ...quiet, warn: (facts) => lines.push(facts) });
    expect((await tunnel(socket, target(port))).status).toBe(403);
    expect(lines.length).toBe(target(port) === 'no-port' ? 0 : 1);
  });

  test('refuses a listed name that leads to this machine', async () => {
    const port = await registry();
    // `ip6-localhost` stands in /etc/hosts of Debian; any name that ends in .localhost is this machine too.
    const name = 'registry.localhost';
    const lines: string[] = [];
    const socket = await proxy([`${name}:${port}`], { ...quiet, warn: (_, sentence) => lines.push(sentence) });
    expect([403, 502]).toContain((await tunnel(socket, `${name}:${port}`)).status);
  });

  test('forwards plain HTTP to what is listed, and nothing else', async () => {
    const port = await registry();
    const socket = await proxy([`127.0.0.1:${port}`]);
    const get = (path: string): Promise<{ status: number | undefined; body: string }> =>
      new Promise((resolve, reject) => {
        request({ socketPath: socket, path }, (answer) => {
          let body = '';
          answer.on('data', (bytes) => {
            body += bytes;
          });
          answer.on('end', () => resolve({ status: answer.statusCode, body }));
        })
          .on('error', reject)
          .end();
      });
    expect(await get(`http://127.0.0.1:${port}/left-pad?x=1`)).toEqual({
      status: 200,
      body: `package at /left-pad?x=1 of 127.0.0.1:${port}`,
    });
    expect((await get(`http://127.0.0.1:${port + 1}/`)).status).toBe(403);
    expect((await get('/relative')).status).toBe(400);
    expect((await get('ftp://127.0.0.1/')).status).toBe(400);
  });

  test('survives a program that hangs up in the middle', async () => {
    const port = await registry();
    const socket = await proxy([`127.0.0.1:${port}`]);
    const stream = connect(socket, () => {
      stream.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
      stream.destroy();
    });
    await new Promise((resolve) => stream.once('close', resolve));
    expect((await tunnel(socket, `127.0.0.1:${port}`)).status).toBe(200);
  });
});

describe('a set-up command in the sandbox', () => {
  const FETCH = `fetch(process.argv[2]).then(async (r) => { console.log(r.status, await r.text()); process.exit(r.ok ? 0 : 1); }, () => process.exit(2))`;
  const run = async (
    setupEgress: readonly string[],
    network: boolean,
    port: number,
  ): Promise<{ status?: number; tail: string }> => {
    const { agents, worktree, remove } = await world({ sandbox: 'bubblewrap', agents: {}, setupEgress });
    closing.push(remove);
    writeFileSync(join(worktree.path, 'get.cjs'), FETCH);
    // Addresses of this machine go past a proxy by default; here one stands for a registry.
    const command = `NO_PROXY= no_proxy= node get.cjs http://127.0.0.1:${port}/x`;
    return await agents.command(worktree, command, { minutes: 1, network }, new AbortController().signal);
  };

  test('reaches a registry that the operator lists', async () => {
    const port = await registry();
    expect(await run([`127.0.0.1:${port}`], true, port)).toMatchObject({
      status: 0,
      tail: `200 package at /x of 127.0.0.1:${port}`,
    });
  });

  test('reaches no other, and a verification command reaches none', async () => {
    const port = await registry();
    expect(await run([`127.0.0.1:${port + 1}`], true, port)).toMatchObject({ status: 2 });
    expect(await run([], true, port)).toMatchObject({ status: 2 });
    expect(await run([`127.0.0.1:${port}`], false, port)).toMatchObject({ status: 2 });
  });

  test('may listen itself', async () => {
    const server = createTcpServer();
    closing.push(() => server.close());
    const { agents, worktree, remove } = await world({
      sandbox: 'bubblewrap',
      agents: {},
      setupEgress: ['registry.npmjs.org:443'],
    });
    closing.push(remove);
    writeFileSync(
      join(worktree.path, 's.cjs'),
      `require('http').createServer((q, r) => r.end('own')).listen(0, async function () {
      console.log(await (await fetch('http://localhost:' + this.address().port)).text()); process.exit(); })`,
    );
    expect(
      await agents.command(worktree, 'node s.cjs', { minutes: 1, network: true }, new AbortController().signal),
    ).toMatchObject({ tail: 'own' });
  });
});
