import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Gateway } from '#adapters/agents/gateway/gateway.ts';
import { ask, between, closeAll, KEY } from './provider.ts';

afterEach(closeAll);

const fine = (_: unknown, response: { end(body: string): unknown }): unknown => response.end('{}');

/** What comes back for bytes that no client library would send. */
const raw = (gateway: Gateway, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let heard = '';
    const stream = connect(gateway.socket, () => stream.write(bytes));
    stream.on('data', (part) => {
      heard += part;
    });
    stream.on('error', () => {}).on('close', () => resolve(heard));
    stream.setTimeout(5_000, () => stream.destroy());
  });

describe('the doors of the model gateway', () => {
  test("open with the agent's token and send the operator's key, and nothing else that the agent could say of itself", async () => {
    const { gateway, arrived } = await between(fine);
    const headers = {
      'x-api-key': undefined,
      authorization: `Bearer ${gateway.token}`,
      'anthropic-version': '2023-06-01',
      'openai-organization': 'org-other',
      cookie: 'a=b',
      'x-forwarded-host': 'evil',
      'accept-encoding': 'gzip',
      connection: 'close',
    };
    expect((await ask(gateway, { headers, path: '/v1/messages?beta=true' })).statusCode).toBe(200);
    expect(arrived[0]?.url).toBe('/v1/messages?beta=true');
    expect(arrived[0]?.headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' });
    for (const dropped of ['authorization', 'cookie', 'x-forwarded-host', 'openai-organization'])
      expect(arrived[0]?.headers).not.toHaveProperty(dropped);
    expect(arrived[0]?.headers['accept-encoding']).toBe('identity');
    const open = { model: 'gpt-5' };
    await ask(gateway, { path: '/v1/responses', body: JSON.stringify(open) });
    await ask(gateway, { path: '/v1/chat/completions', body: JSON.stringify({ ...open, messages: [] }) });
    expect(arrived.slice(1).map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/responses', `Bearer ${KEY}`],
      ['/chat/completions', `Bearer ${KEY}`],
    ]);
  });

  test('keep the path of a provider that has one', async () => {
    const { gateway, arrived } = await between(fine, { path: '/proxy/' });
    await ask(gateway);
    await ask(gateway, { path: '/v1/responses', body: '{"model":"gpt-5"}' });
    expect(arrived.map(({ url }) => url)).toEqual(['/proxy/v1/messages', '/proxy/responses']);
  });

  test.each([
    { path: '/v1/files' },
    { path: '/v1/messages/../files' },
    { path: '/v1/messages/%2e%2e/files' },
    { path: '//evil.example/v1/messages' },
    { path: 'http://evil.example/v1/messages' },
    { path: '/v1/messages/batches' },
    { path: '/v1/messages?a=b?c' },
    { path: '/v1/messages?a=%0d%0ahost:evil@evil.example' },
    { path: '/v1/responses/resp_1/cancel' },
    { path: '/v1/embeddings' },
    { method: 'GET', path: '/v1/messages' },
    { method: 'DELETE', path: '/v1/messages' },
    { method: 'GET', path: '/v1/organizations/me' },
    { method: 'GET', path: '/constructor' },
  ])('stay closed for $method $path, with a line of log', async (asked) => {
    const { gateway, arrived, said } = await between(fine);
    expect((await ask(gateway, asked)).statusCode).toBe(404);
    expect(arrived).toEqual([]);
    expect(said).toEqual(['The model gateway refused a request of an agent.']);
  });

  test('stay closed for whoever takes the gateway for another host, or for a proxy', async () => {
    const { gateway, arrived, said } = await between(fine);
    expect((await ask(gateway, { headers: { host: 'evil.example' } })).statusCode).toBe(421);
    const token = `x-api-key: ${gateway.token}`;
    expect(await raw(gateway, 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n')).toMatch(
      /^HTTP\/1.1 405/,
    );
    expect(
      await raw(gateway, `GET http://127.0.0.1/ HTTP/1.1\r\nhost: 127.0.0.1\r\n${token}\r\nconnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 404/);
    expect(arrived).toEqual([]);
    expect(said).toHaveLength(3);
  });

  test('let no second request ride in the body of a first', async () => {
    const { gateway, arrived } = await between(fine);
    const inner = 'POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n';
    const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${gateway.token}\r\n`;
    const smuggled = [
      `${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
      `${head}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`,
      `${head}content-length: 5\r\ncontent-length: 6\r\n\r\n{}    ${inner}`,
      `${head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${inner}`,
      `${head}content-length: 28\n\n{"model":"claude-sonnet-4-5"}${inner}`,
    ];
    for (const bytes of smuggled) expect(await raw(gateway, bytes)).toMatch(/^HTTP\/1.1 400/);
    expect(arrived).toEqual([]);
  });

  test('are for requests: an upgrade is none, and what trails a body goes no further', async () => {
    const { gateway, arrived } = await between(fine);
    const body = '{"model":"claude-sonnet-4-5"}';
    const head = (more: string): string =>
      `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${gateway.token}\r\n${more}`;
    const upgrade = head('connection: upgrade, close\r\nupgrade: websocket\r\ncontent-length: 29\r\n\r\n');
    expect(await raw(gateway, `${upgrade}${body}`)).toMatch(/^HTTP\/1.1 200/);
    const chunked = head('transfer-encoding: chunked\r\ntrailer: x-api-key\r\nconnection: close\r\n\r\n');
    const size = body.length.toString(16);
    expect(await raw(gateway, `${chunked}${size}\r\n${body}\r\n0\r\nx-api-key: stolen\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200/,
    );
    for (const { headers, body: sent } of arrived) {
      expect(sent).toBe(body);
      expect(headers['x-api-key']).toBe(KEY);
      for (const name of ['upgrade', 'trailer', 'transfer-encoding']) expect(headers).not.toHaveProperty(name);
    }
    expect(arrived).toHaveLength(2);
  });

  test('stand whatever bytes knock: the next request is served', async () => {
    const { gateway, arrived } = await between(fine);
    const body = '{"model":"claude-sonnet-4-5","stream":false}';
    const valid = `POST /v1/messages?beta=true HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${gateway.token}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
    const change = fc.record({
      at: fc.nat(valid.length - 1),
      to: fc.constantFrom('\0', '\r', '\n', ' ', ':', '/', '%', '\xff', '{', 'Z'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), async (changes, whole) => {
        const letters = [...valid];
        for (const { at, to } of changes) letters[at] = to;
        const bytes = Buffer.from(letters.join(''), 'latin1');
        await new Promise<void>((resolve) => {
          const stream = connect(gateway.socket, () => stream.end(whole ? bytes : bytes.subarray(0, bytes.length / 2)));
          stream.on('error', () => {}).on('close', () => resolve());
          stream.resume();
        });
      }),
      { numRuns: 150 },
    );
    expect((await ask(gateway)).statusCode).toBe(200);
    for (const { url, headers } of arrived) {
      expect(url).toMatch(/^\/v1\/messages(?:\?[\w.~%&=+-]*)?$/);
      expect(headers['x-api-key']).toBe(KEY);
    }
  });

  test('open to nobody without the token of the attempt', async () => {
    const { gateway, arrived } = await between(fine);
    for (const shown of [undefined, 'forkjoin-tokem', KEY, gateway.token.slice(0, -1)])
      expect((await ask(gateway, { headers: { 'x-api-key': shown } })).statusCode).toBe(401);
    expect(arrived).toEqual([]);
  });

  test.each([
    ['no JSON', '{"model":'],
    ['no object', '["claude-sonnet-4-5"]'],
    ['no model', '{}'],
    ['a model that is no name', '{"model":7}'],
  ])('send on no body with %s', async (_, body) => {
    const { gateway, arrived } = await between(fine);
    expect((await ask(gateway, { body })).statusCode).toBe(400);
    expect(arrived).toEqual([]);
  });

  test('are narrow: what one agent has open fills neither the memory nor the log of the worker', async () => {
    const { promise: go, resolve: open } = Promise.withResolvers<void>();
    const { gateway, arrived, said } = await between(async (_, response) => {
      await go;
      response.end('{}');
    });
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', stream: true });
    const large = JSON.stringify({ model: 'claude-sonnet-4-5', stream: true, system: 'x'.repeat(30 * 1024 * 1024) });
    const first = [0, 1, 2].map(() => ask(gateway, { body: large }));
    while (arrived.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    const fourth = await ask(gateway, { body: large });
    expect([fourth.statusCode, fourth.headers['x-should-retry']]).toEqual([429, 'true']);
    const small = Array.from({ length: 17 }, () => ask(gateway, { body }));
    while (arrived.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await ask(gateway, { body })).statusCode).toBe(429);
    open();
    for (const answer of [...(await Promise.all(first)), ...(await Promise.all(small))])
      expect(answer.statusCode).toBe(200);
    expect((await ask(gateway, { body: large })).statusCode).toBe(200);
    expect((await ask(gateway, { body: 'x'.repeat(41 * 1024 * 1024) })).statusCode).toBe(413);
    for (let asked = 0; asked < 60; asked++) await ask(gateway, { path: '/v1/files' });
    expect(said).toHaveLength(51);
  });

  test('say that the provider cannot be reached, without its key', async () => {
    const { gateway, rows } = await between((_, response) => response.destroy());
    const answer = await ask(gateway);
    expect(answer.statusCode).toBe(502);
    const said = await text(answer);
    expect(said).toContain('could not be reached');
    expect(said).not.toContain(KEY);
    expect(rows).toEqual([]);
  });

  test('end the request to the provider when the agent is gone', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const { gateway, arrived } = await between((_, response) => response.on('close', resolve));
    const asked = request({
      socketPath: gateway.socket,
      method: 'POST',
      path: '/v1/messages',
      headers: { 'x-api-key': gateway.token },
    });
    asked.on('error', () => {}).end('{"model":"claude-sonnet-4-5","stream":true}');
    while (arrived.length === 0) await new Promise(setImmediate);
    asked.destroy();
    await gone;
  });
});
