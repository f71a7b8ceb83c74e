import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { type Gateway, openGateway } from '#adapters/agents/gateway.ts';
import { quiet } from './world.ts';

const KEY = 'sk-operator';
const TOKEN = 'forkjoin-token';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A provider that answers as told, and a gateway before it. */
async function gatewayTo(
  provider: RequestListener,
  path = '',
): Promise<{ gateway: Gateway; seen: IncomingMessage[]; alive: () => number }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    seen.push(incoming);
    provider(incoming, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-gateway-'));
  let signs = 0;
  const gateway = await openGateway({
    folder,
    upstream: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, key: KEY },
    token: TOKEN,
    alive: () => {
      signs += 1;
    },
    log: quiet,
  });
  closing.push(() => {
    gateway.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { gateway, seen, alive: () => signs };
}

type Asked = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
};

function ask(
  gateway: Gateway,
  { method = 'POST', path = '/v1/messages', headers, body = '{}' }: Asked = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath: gateway.socket, method, path, headers: headers ?? { 'x-api-key': TOKEN } },
      resolve,
    );
    asked.on('error', reject).end(body);
  });
}

describe('the model gateway', () => {
  test("puts the operator's key in the place of the agent's token, and drops what else the agent could say of itself", async () => {
    const { gateway, seen } = await gatewayTo((_, response) => response.end('{}'));
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      'anthropic-version': '2023-06-01',
      cookie: 'a=b',
      'x-forwarded-host': 'evil',
      host: 'evil.example',
      'accept-encoding': 'gzip',
    };
    expect((await ask(gateway, { headers, path: '/v1/messages?beta=true' })).statusCode).toBe(200);
    expect(seen[0]?.url).toBe('/v1/messages?beta=true');
    expect(seen[0]?.headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' });
    for (const dropped of ['authorization', 'cookie', 'x-forwarded-host', 'accept-encoding']) {
      expect(seen[0]?.headers).not.toHaveProperty(dropped);
    }
    expect(seen[0]?.headers.host).not.toContain('evil');
  });

  test('keeps the path of a provider that has one', async () => {
    const { gateway, seen } = await gatewayTo((_, response) => response.end('{}'), '/proxy/anthropic/');
    await ask(gateway);
    expect(seen[0]?.url).toBe('/proxy/anthropic/v1/messages');
  });

  test.each([
    { path: '/v1/files' },
    { path: '/v1/messages/../files' },
    { path: '//evil.example/v1/messages' },
    { path: 'http://evil.example/v1/messages' },
    { path: '/v1/messages/batches' },
    { method: 'GET', path: '/v1/messages' },
    { method: 'DELETE', path: '/v1/messages' },
    { method: 'GET', path: '/v1/organizations/me' },
  ])('passes on no $method $path', async (asked) => {
    const { gateway, seen } = await gatewayTo((_, response) => response.end('{}'));
    expect((await ask(gateway, asked)).statusCode).toBe(404);
    expect(seen).toEqual([]);
  });

  test('serves nobody without the token of the attempt', async () => {
    const { gateway, seen } = await gatewayTo((_, response) => response.end('{}'));
    expect((await ask(gateway, { headers: {} })).statusCode).toBe(401);
    expect((await ask(gateway, { headers: { 'x-api-key': 'forkjoin-tokem' } })).statusCode).toBe(401);
    expect((await ask(gateway, { headers: { 'x-api-key': KEY } })).statusCode).toBe(401);
    expect(seen).toEqual([]);
  });

  test('hands on a stream as it comes, each part a sign of life', async () => {
    const { promise: go, resolve: next } = Promise.withResolvers<void>();
    const { gateway, alive } = await gatewayTo((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      void go.then(() => response.end('data: 2\n\n'));
    });
    const answer = await ask(gateway);
    const first = await new Promise<string>((resolve) => answer.once('data', (bytes) => resolve(String(bytes))));
    expect(first).toBe('data: 1\n\n');
    expect(answer.headers['content-type']).toBe('text/event-stream');
    next();
    expect(await text(answer)).toBe('data: 2\n\n');
    expect(alive()).toBeGreaterThanOrEqual(3);
  });

  test('hands on a refusal of the provider with its time to wait, and no cookie of it', async () => {
    const { gateway } = await gatewayTo((_, response) => {
      response.writeHead(429, { 'retry-after': '7', 'set-cookie': 'a=b', 'content-type': 'application/json' });
      response.end('{"type":"error"}');
    });
    const answer = await ask(gateway);
    expect(answer.statusCode).toBe(429);
    expect(answer.headers).toMatchObject({ 'retry-after': '7' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(await text(answer)).toBe('{"type":"error"}');
  });

  test('says that the provider cannot be reached, without its key', async () => {
    const { gateway } = await gatewayTo((incoming) => incoming.socket.destroy());
    const answer = await ask(gateway);
    expect(answer.statusCode).toBe(502);
    const said = await text(answer);
    expect(said).toContain('could not be reached');
    expect(said).not.toContain(KEY);
  });

  test('ends the request to the provider when the agent is gone', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const { gateway, seen } = await gatewayTo((incoming) => incoming.socket.on('close', () => resolve()));
    const asked = request({
      socketPath: gateway.socket,
      method: 'POST',
      path: '/v1/messages',
      headers: { 'x-api-key': TOKEN },
    });
    asked.on('error', () => {}).end('{}');
    while (seen.length === 0) await new Promise(setImmediate);
    asked.destroy();
    await gone;
  });
});
