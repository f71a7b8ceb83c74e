import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWebhookApp } from '#adapters/github/app.ts';
import { messagesOf } from '#adapters/github/event-stream.ts';
import { forwardChannel } from '#adapters/github/proxy.ts';
import { WEBHOOK_PATH } from '#adapters/github/webhook-path.ts';
import type { Hint } from '#engine/ports.ts';
import { KEYS, sha256 } from './keys.ts';
import { issues } from './payloads.ts';

const log = { info() {}, warn() {}, error() {} };
const SECRET = 'correct horse';
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

const streams: ServerResponse[] = [];
const channel = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: ready\ndata: {}\n\n');
  streams.push(response);
});
const app = createServer();
const hints: Hint[] = [];
let answers: number[] = [];
let stop: AbortController;
let forwarding: Promise<void>;

const address = (server: typeof app) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
beforeEach(async () => {
  const handle = await createWebhookApp({
    appId: 5,
    privateKey: KEYS.privateKey,
    secret: SECRET,
    apiUrl: 'https://github.test',
    onHint: async (hint) => void hints.push(hint),
    log,
  });
  streams.length = 0;
  hints.length = 0;
  answers = [];
  app.removeAllListeners('request');
  app.on('request', (request, response) => {
    response.on('finish', () => answers.push(response.statusCode));
    void handle(request, response);
  });
  for (const server of [channel, app]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  stop = new AbortController();
  forwarding = forwardChannel({
    channel: `${address(channel)}/abc`,
    target: `${address(app)}${WEBHOOK_PATH}`,
    log,
    signal: stop.signal,
  });
  await until(() => streams.length > 0);
});
afterEach(async () => {
  stop.abort();
  await forwarding;
  for (const server of [channel, app]) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

const said = (body: object, signature = sha256(JSON.stringify(body), SECRET)) =>
  `id: 1\ndata: ${JSON.stringify({
    host: 'smee.io',
    'x-github-event': 'issues',
    'x-github-delivery': 'guid-1',
    'x-hub-signature-256': signature,
    body,
    query: {},
    timestamp: 1,
  })}\n\n`;

test('a webhook comes through the channel with its signature, in however many pieces', async () => {
  const bytes = Buffer.from(said(issues('opened', { note: 'ünï' })));
  for (const byte of bytes) streams[0]?.write(Buffer.from([byte]));
  await until(() => hints.length > 0);
  expect(hints).toMatchObject([{ id: 'delivery-guid-1', issue: 3 }]);
});

test('a channel can neither forge nor stop anything: what it makes up is refused, and the next is heard', async () => {
  streams[0]?.write(
    `data: not json\n\n: comment\n\nevent: ping\ndata: {}\n\n${said(issues('opened'), 'sha256=00')}${said(issues('edited'))}`,
  );
  await until(() => hints.length > 0);
  expect(answers).toEqual([401, 202]);
});

test('a channel that ends is opened again', async () => {
  streams[0]?.end();
  await until(() => streams.length > 1);
  streams[1]?.write(said(issues('opened')));
  await until(() => hints.length > 0);
});

const messages = async (bytes: AsyncIterable<Uint8Array>) => {
  const found: string[] = [];
  for await (const text of messagesOf(bytes)) found.push(text);
  return found;
};

test('an event over several lines is one text, with either line end, and one without an end is none', async () => {
  const text = 'data: a\r\ndata:b\r\n\r\ndata: c\n\nevent: x\ndata: d\n\n: e\n\ndata: unfinished';
  expect(await messages(new Blob([text]).stream())).toEqual(['a\nb', 'c']);
});

test('however the bytes of a stream are cut, the events are the same', async () => {
  const line = fc.oneof(
    fc.constantFrom('', '', 'data: ä', 'data:\u{1f600}', 'event: ping', ': c', 'id: 1'),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 5 }),
      async (lines, end, size) => {
        const bytes = Buffer.from(lines.map((one) => `${one}${end}`).join(''));
        const cut = async function* () {
          for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
        };
        const whole = async function* () {
          yield bytes;
        };
        expect(await messages(cut())).toEqual(await messages(whole()));
      },
    ),
  );
});
