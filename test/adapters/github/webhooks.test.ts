import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createWebhookApp } from '#adapters/github/app.ts';
import { WEBHOOK_PATH } from '#adapters/github/webhook-path.ts';
import type { Hint } from '#engine/ports.ts';
import { KEYS, sha256 } from './keys.ts';
import { BOT, comment, issues } from './payloads.ts';

const SECRET = 'correct horse';
const lines: string[] = [];
const line = (facts: Record<string, unknown>, sentence: string) => lines.push(`${sentence} ${JSON.stringify(facts)}`);
const options = {
  appId: 5,
  privateKey: KEYS.privateKey,
  secret: SECRET,
  apiUrl: 'https://github.test/api',
  log: { info: line, warn: line, error: line },
};

let hints: Hint[] = [];
let keep: (hint: Hint) => Promise<void>;
const server = createServer();
let port = 0;

beforeEach(async () => {
  hints = [];
  lines.length = 0;
  keep = async (hint) => void hints.push(hint);
  const handle = await createWebhookApp({ ...options, onHint: (hint) => keep(hint) });
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    void handle(request, response).then((ours) => ours || response.writeHead(404).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const BODY = JSON.stringify(issues('opened', { note: 'ünïcödé' }));
type Headers = Record<string, string>;
const headers = (body: string | Buffer, more: Headers = {}): Headers => ({
  'content-type': 'application/json',
  'x-github-event': 'issues',
  'x-github-delivery': 'guid-1',
  'x-hub-signature-256': sha256(body, SECRET),
  ...more,
});
const post = (body: string | Buffer, sent: Headers) =>
  fetch(`http://127.0.0.1:${port}${WEBHOOK_PATH}`, { method: 'POST', body: Buffer.from(body), headers: sent });
const without = (name: string) => Object.fromEntries(Object.entries(headers(BODY)).filter(([key]) => key !== name));

test('without a secret there is no webhook', async () => {
  await expect(createWebhookApp({ ...options, secret: '', onHint: async () => {} })).rejects.toThrow('WEBHOOK_SECRET');
});

test('a signed delivery is taken once its hint is kept', async () => {
  const kept = Promise.withResolvers<void>();
  keep = async (hint) => {
    await kept.promise;
    hints.push(hint);
  };
  const answer = post(BODY, headers(BODY));
  expect(await Promise.race([answer, new Promise((resolve) => setImmediate(() => resolve('waiting')))])).toBe(
    'waiting',
  );
  kept.resolve();
  expect((await answer).status).toBe(202);
  expect(hints).toMatchObject([{ id: 'delivery-guid-1', kind: 'issue', issue: 3 }]);
});

describe('a signature', () => {
  const hex = 'a'.repeat(64);
  test.each([
    ['missing', without('x-hub-signature-256')],
    ['empty', headers(BODY, { 'x-hub-signature-256': '' })],
    ['wrong', headers(BODY, { 'x-hub-signature-256': `sha256=${hex}` })],
    ['made with another secret', headers(BODY, { 'x-hub-signature-256': sha256(BODY, 'other') })],
    ['SHA-1 only', { ...without('x-hub-signature-256'), 'x-hub-signature': `sha1=${'a'.repeat(40)}` }],
    ['right but called SHA-1', headers(BODY, { 'x-hub-signature-256': sha256(BODY, SECRET).replace('256', '1') })],
    ['right but followed by more', headers(BODY, { 'x-hub-signature-256': `${sha256(BODY, SECRET)}0` })],
    ['too short', headers(BODY, { 'x-hub-signature-256': 'sha256=abc' })],
    ['of an empty secret', headers(BODY, { 'x-hub-signature-256': sha256(BODY, '') })],
  ])('that is %s is answered with 401, and nothing happens', async (_, sent) => {
    expect((await post(BODY, sent)).status).toBe(401);
    expect(hints).toEqual([]);
    expect(lines.join()).toContain('refused');
  });

  test.each([
    ['written anew by a proxy', JSON.stringify(JSON.parse(BODY), null, 1)],
    ['in another encoding', Buffer.from(BODY, 'latin1')],
    ['empty', ''],
    ['longer by one byte', `${BODY} `],
  ])('does not cover a body that is %s', async (_, body) => {
    expect((await post(body, headers(BODY))).status).toBe(401);
    expect(hints).toEqual([]);
  });

  test('is checked before anything is parsed', async () => {
    expect((await post('{not json', headers(BODY))).status).toBe(401);
  });
});

test.each([
  ['not JSON', '{not json'],
  ['empty', ''],
  ['no object', '[1]'],
  ['not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
])('a signed body that is %s is answered with 400', async (_, body) => {
  expect((await post(body, headers(body))).status).toBe(400);
});

test.each(['x-github-event', 'x-github-delivery'])(
  'a signed delivery without %s is answered with 400',
  async (name) => {
    expect((await post(BODY, without(name))).status).toBe(400);
  },
);

test('a body over 25 MB is answered with 413 before it has been sent', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${sha256('', SECRET)}\r\ncontent-length: ${26 * 1024 * 1024}\r\n\r\n`,
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
  socket.destroy();
});

test('an endless body is cut off at 25 MB', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${sha256('', SECRET)}\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
  const answer = once(socket, 'data');
  for (let megabyte = 0; megabyte < 26; megabyte += 1) socket.write(chunk);
  expect(String((await answer)[0])).toMatch(/^HTTP\/1.1 413 /);
  socket.destroy();
});

test('a sender that breaks off in the middle disturbs nobody', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${sha256('', SECRET)}\r\ncontent-length: 10\r\n\r\nabc`,
  );
  const [request] = await once(server, 'request');
  const closed = new Promise((resolve) => request.once('close', resolve));
  socket.destroy();
  await closed;
  await expect.poll(() => lines.join()).toContain('broke off');
  expect((await post(BODY, headers(BODY))).status).toBe(202);
});

test('a delivery that comes again is passed on under the same id', async () => {
  for (let time = 0; time < 3; time += 1) expect((await post(BODY, headers(BODY))).status).toBe(202);
  expect(new Set(hints.map((hint) => hint.id))).toEqual(new Set(['delivery-guid-1']));
});

test('what could not be kept is answered with 503, and its redelivery works', async () => {
  const good = keep;
  keep = async () => {
    throw new Error('database down');
  };
  expect((await post(BODY, headers(BODY))).status).toBe(503);
  expect(lines.join()).toContain('database down');
  keep = good;
  expect((await post(BODY, headers(BODY))).status).toBe(202);
  expect(hints).toHaveLength(1);
});

test('a queue that hangs is answered with 503 before GitHub gives up', async () => {
  const asked = Promise.withResolvers<void>();
  keep = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const answer = post(BODY, headers(BODY));
    await asked.promise;
    vi.advanceTimersByTime(9_000);
    expect((await answer).status).toBe(503);
  } finally {
    vi.useRealTimers();
  }
});

test('a bot is not heard, and its delivery is fine', async () => {
  const body = JSON.stringify(comment('/parallel start', { comment: { id: 1, body: 'x', user: BOT }, sender: BOT }));
  expect((await post(body, headers(body, { 'x-github-event': 'issue_comment' }))).status).toBe(202);
  expect(hints).toEqual([]);
});

test.each(['ping', 'check_run', 'star', 'no_such_event'])('the event %s is taken and means nothing', async (event) => {
  expect((await post(BODY, headers(BODY, { 'x-github-event': event }))).status).toBe(202);
  expect(hints).toEqual([]);
});

test('another path is not ours, and another method is refused', async () => {
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${port}${WEBHOOK_PATH}`)).status).toBe(405);
  expect((await post(BODY, headers(BODY))).status).toBe(202);
});
