import dns from 'node:dns';
import { lookup } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openEgress } from '#adapters/agents/egress.ts';
import { isPublic } from '#adapters/agents/public-address.ts';
import type { Log } from '#engine/ports.ts';
import { quiet, world } from './world.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A registry on this machine; answers its port. */
async function registry(address = '127.0.0.1'): Promise<number> {
  const server = createServer(({ url, headers: { host, ...headers } }, response) => {
    const proxied = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('proxy-')));
    response.end(`package at ${url} of ${host} ${JSON.stringify(proxied)}`);
  }).listen(0, address);
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

/** A name server that gives each look-up of a name the next of these addresses, and the last one from then on. */
function rebind(name: string, addresses: readonly string[]): void {
  const { lookup: one } = dns;
  const { lookup: other } = dns.promises;
  const left = [...addresses];
  const next = () => ({ address: (left.length > 1 ? left.shift() : left[0]) ?? '', family: 4 });
  const answer = (host: string, ...rest: readonly unknown[]): unknown => {
    if (host !== name) return Reflect.apply(one, dns, [host, ...rest]);
    const [options, given] = rest;
    const { address, family } = next();
    const tell = (given ?? options) as (error: null, ...found: readonly unknown[]) => void;
    const all = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
    return all ? tell(null, [{ address, family }]) : tell(null, address, family);
  };
  Object.assign(dns, { lookup: answer });
  Object.assign(dns.promises, {
    lookup: async (host: string, ...rest: readonly unknown[]) =>
      host === name ? next() : await Reflect.apply(other, dns.promises, [host, ...rest]),
  });
  syncBuiltinESMExports();
  closing.push(() => {
    Object.assign(dns, { lookup: one });
    Object.assign(dns.promises, { lookup: other });
    syncBuiltinESMExports();
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
    expect(lines).toHaveLength(1);
  });

  test('refuses a listed name that leads to this machine or its network, and says what to list if that is meant', async () => {
    const port = await registry();
    // The machine's own name leads to an address of its network, or to the machine itself.
    const name = hostname();
    const { address } = await lookup(name, { order: 'ipv4first' });
    const lines: string[] = [];
    const log = { ...quiet, warn: (_: unknown, sentence: string) => lines.push(sentence) };
    expect((await tunnel(await proxy([`${name}:${port}`], log), `${name}:${port}`)).status).toBe(403);
    expect(lines).toEqual([expect.stringContaining(`if that is meant, list ${address}:${port} too`)]);
  });

  test('connects to a private name whose address is listed as well', async () => {
    const name = hostname();
    const { address } = await lookup(name, { order: 'ipv4first' });
    const port = await registry(address);
    const answer = await tunnel(await proxy([`${name}:${port}`, `${address}:${port}`]), `${name}:${port}`);
    expect(answer.body).toContain('package at /x');
  });

  test('row 15: connects to the address that was checked, wherever the name leads by then', async () => {
    const port = await registry('127.0.0.2');
    const inner = createServer((_, response) => response.end('CANARY')).listen(port, '127.0.0.1');
    await new Promise((resolve) => inner.once('listening', resolve));
    closing.push(() => inner.close());
    rebind('rebound.example', ['127.0.0.2', '127.0.0.1']);
    const socket = await proxy([`rebound.example:${port}`, `127.0.0.2:${port}`]);
    const { status, body } = await tunnel(socket, `rebound.example:${port}`);
    expect([status, body.includes('package at /x')]).toEqual([200, true]);
    // The control: whoever looks it up once more is led to what was not checked.
    const careless = await fetch(`http://rebound.example:${port}/`);
    expect(await careless.text()).toBe('CANARY');
  });

  test.each([
    ['127.0.0.1', '127.255.0.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1'],
    ['169.254.169.254', '169.254.170.2', '100.100.100.200', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    [
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:169.254.169.254',
      '::ffff:a00:1',
      '::127.0.0.1',
      'fe80::1',
      'fd00:ec2::254',
    ],
    ['fc00::1', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:1::', 'fec0::1'],
  ])('knows that %s and others like it are not of the internet', (...addresses) => {
    expect(addresses.filter(isPublic)).toEqual([]);
  });

  test('knows addresses of the internet', () => {
    const addresses = [
      '1.1.1.1',
      '104.16.3.35',
      '172.15.0.1',
      '172.32.0.1',
      '192.0.1.1',
      '2606:4700::6810:323',
      '2a00:1450::1',
      '::ffff:1.1.1.1',
    ];
    expect(addresses.filter((address) => !isPublic(address))).toEqual([]);
  });

  test('hands on what a program sends before it is answered, and nothing that was meant for the proxy', async () => {
    const port = await registry();
    const socket = await proxy([`127.0.0.1:${port}`]);
    const said = (bytes: string): Promise<string> =>
      new Promise((resolve) => {
        let heard = '';
        const stream = connect(socket, () => stream.write(bytes));
        stream.on('data', (part) => {
          heard += part;
        });
        stream.on('error', () => {}).on('close', () => resolve(heard));
      });
    const get = 'GET /early HTTP/1.1\r\nhost: r\r\nconnection: close\r\n\r\n';
    expect(await said(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nhost: r\r\n\r\n${get}`)).toContain('package at /early');
    const plain = `GET http://127.0.0.1:${port}/p HTTP/1.1\r\nhost: other\r\nproxy-authorization: Basic c2VjcmV0\r\nconnection: close\r\n\r\n`;
    expect(await said(plain)).toContain(`package at /p of 127.0.0.1:${port} {}`);
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
      body: `package at /left-pad?x=1 of 127.0.0.1:${port} {}`,
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
      tail: `200 package at /x of 127.0.0.1:${port} {}`,
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
