import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { chatCompletions } from '../../../model-server/chat-completions.ts';
import type { ModelRequest } from '../../../model-server/conversation.ts';
import { messages } from '../../../model-server/messages.ts';
import { responses } from '../../../model-server/responses.ts';
import { type Arrived, ask, between, closeAll } from './provider.ts';

afterEach(closeAll);

const BILLED = { input: 1_234, output: 56, cacheRead: 700, cacheWrite: 89 };
const TURN = { text: 'Grüße, 世界 👩‍💻', tools: [{ name: 'Bash', input: { command: 'ls' } }] };

const APIS = [
  { name: 'Anthropic Messages', path: '/v1/messages', api: messages, model: 'claude-sonnet-4-5-20250929' },
  { name: 'OpenAI Responses', path: '/v1/responses', api: responses, model: 'gpt-5' },
  { name: 'OpenAI Chat Completions', path: '/v1/chat/completions', api: chatCompletions, model: 'gpt-5-2025-08-07' },
];

/** The bytes of an answer that streams, as one text. */
const streamed = ({ body }: Arrived, api: (typeof APIS)[number]['api']): string => {
  const asked = JSON.parse(body) as ModelRequest;
  return [...api.events(TURN, () => BILLED, asked, [TURN.text])].join('');
};

const sse = (response: ServerResponse, more: object = {}): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...more });

const row = { ...{ item: 3, attempt: 1, plan: '7-1', agent: 'a', kind: 'implement' } };

describe.each(APIS)('$name through the gateway', ({ path, api, model }) => {
  const stream = JSON.stringify({ model, stream: true });

  test('tells what a stream used, whatever bytes arrive together, and hands on every byte', async () => {
    for (const cut of [1, 7, 100_000]) {
      let sent = '';
      const { gateway, rows } = await between((arrived, response) => {
        sent = streamed(arrived, api);
        sse(response);
        const bytes = Buffer.from(sent);
        for (let at = 0; at < bytes.length; at += cut) response.write(bytes.subarray(at, at + cut));
        response.end();
      });
      expect(await text(await ask(gateway, { path, body: stream }))).toBe(sent);
      expect(rows).toEqual([expect.objectContaining({ ...row, model, tokens: BILLED, dollars: expect.any(Number) })]);
      expect(rows[0]).not.toHaveProperty('estimated');
      await closeAll();
    }
  });

  test('reads streams with any line ends', async () => {
    for (const end of ['\r\n', '\r']) {
      const { gateway, rows } = await between((arrived, response) => {
        sse(response);
        response.end(streamed(arrived, api).replaceAll('\n', end));
      });
      await text(await ask(gateway, { path, body: stream }));
      expect(rows.map(({ tokens }) => tokens)).toEqual([BILLED]);
      await closeAll();
    }
  });

  test('tells what an answer in one piece used, also when it is packed', async () => {
    const whole = JSON.stringify(api.whole(TURN, BILLED, model));
    const packings = [
      ['identity', (body: string) => Buffer.from(body)],
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
      ['zstd', zstdCompressSync],
    ] as const;
    for (const [encoding, pack] of packings) {
      const { gateway, rows } = await between((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
        response.end(pack(whole));
      });
      const answer = await ask(gateway, { path, body: JSON.stringify({ model }) });
      expect(answer.headers).not.toHaveProperty('content-encoding');
      expect(await text(answer)).toBe(whole);
      expect(rows.map(({ tokens }) => tokens)).toEqual([BILLED]);
      await closeAll();
    }
  });

  test('reads a packed stream, and a packed request', async () => {
    const { gateway, rows, arrived } = await between((one, response) => {
      sse(response, { 'content-encoding': 'gzip' });
      response.end(gzipSync(streamed(one, api)));
    });
    await text(await ask(gateway, { path, body: gzipSync(stream), headers: { 'content-encoding': 'gzip' } }));
    expect(JSON.parse(arrived[0]?.body ?? '')).toMatchObject({ model, stream: true });
    expect(rows.map(({ tokens }) => tokens)).toEqual([BILLED]);
  });

  test('counts what was seen of an answer that breaks off', async () => {
    const { gateway, rows } = await between(async (arrived, response) => {
      const events = [
        ...api.events({ text: 'x'.repeat(4_000) }, () => BILLED, JSON.parse(arrived.body), ['x'.repeat(4_000)]),
      ];
      sse(response);
      const written = events.findIndex((each) => each.includes('xxxx'));
      for (const each of events.slice(0, written + 1)) response.write(each);
      await after(20);
      response.destroy();
    });
    const answer = await ask(gateway, {
      path,
      body: JSON.stringify({ model, stream: true, input: 'some words '.repeat(800) }),
    });
    await expect(text(answer)).rejects.toThrow();
    await gateway.settle({ kind: 'cancelled' });
    expect(rows).toEqual([expect.objectContaining({ estimated: true })]);
    expect(rows[0]?.tokens.output).toBe(1_000);
    expect(rows[0]?.tokens.input).toBeGreaterThanOrEqual(1_234);
  });

  test('gives the end of an answer on only when its row is written', async () => {
    const { gateway, rows } = await between((arrived, response) => {
      sse(response);
      const events = streamed(arrived, api);
      response.write(events);
      // The provider itself stays on the line.
    });
    const answer = await ask(gateway, { path, body: stream });
    const end = /message_stop|response\.completed|\[DONE\]/;
    let heard = '';
    for await (const part of answer) {
      heard += String(part);
      if (end.test(heard)) break;
    }
    expect(rows.map(({ tokens }) => tokens)).toEqual([BILLED]);
  });

  test('cuts a stream that passes the budget, within that request', async () => {
    let hungUp = false;
    let letters = 0;
    const { gateway, rows } = await between(
      async (arrived, response) => {
        response.on('close', () => {
          hungUp = true;
        });
        sse(response);
        const endless = (function* () {
          while (!hungUp) {
            letters += 400;
            yield 'word'.repeat(100);
          }
        })();
        for (const each of api.events({ text: '' }, () => BILLED, JSON.parse(arrived.body), endless)) {
          response.write(each);
          if (hungUp) break;
          await after(1);
        }
      },
      { budgets: { attempt: 0.05 } },
    );
    const answer = await ask(gateway, { path, body: stream });
    await expect(text(answer)).rejects.toThrow();
    expect(gateway.ended.aborted).toBe(true);
    const outcome = await gateway.settle({ kind: 'cancelled' });
    expect(outcome).toMatchObject({ kind: 'budget', spent: { of: 'attempt', dollars: 0.05 } });
    const [{ dollars = 0 } = {}] = rows;
    expect(dollars).toBeGreaterThan(0.05);
    expect(dollars).toBeLessThan(0.06);
    expect(letters).toBeLessThan(40_000);
  });
});

test('asks Chat Completions for the usage of a stream, and leaves what else was asked for', async () => {
  const { gateway, arrived } = await between((one, response) => {
    sse(response);
    response.end(streamed(one, chatCompletions));
  });
  const body = { model: 'gpt-5', stream: true, stream_options: { include_obfuscation: false }, messages: [] };
  await text(await ask(gateway, { path: '/v1/chat/completions', body: JSON.stringify(body) }));
  expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({
    ...body,
    stream_options: { include_obfuscation: false, include_usage: true },
  });
});

test('counts tokens without paying for it', async () => {
  const { gateway, rows, arrived } = await between((_, response) => response.end('{"input_tokens":7}'));
  expect(await text(await ask(gateway, { path: '/v1/messages/count_tokens' }))).toBe('{"input_tokens":7}');
  expect(arrived).toHaveLength(1);
  expect(rows).toEqual([]);
});

test('hands on a refusal as it is, and counts nothing for it', async () => {
  const said = '{"type":"error","error":{"type":"invalid_request_error","message":"no"}}';
  const { gateway, rows } = await between((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json', 'set-cookie': 'a=b', 'request-id': 'r1' });
    response.end(said);
  });
  const answer = await ask(gateway);
  expect([answer.statusCode, answer.headers['request-id'], answer.headers['set-cookie']]).toEqual([
    400,
    'r1',
    undefined,
  ]);
  expect(await text(answer)).toBe(said);
  expect(rows).toEqual([]);
});

test('hands on each event when it comes, each a sign of life', async () => {
  const { promise: go, resolve: next } = Promise.withResolvers<void>();
  const { gateway, signs } = await between((_, response) => {
    sse(response);
    response.write('event: ping\ndata: {"type": "ping"}\n\n');
    void go.then(() => response.end(': comment\n\ndata: {"type":"message_stop"}\n\n'));
  });
  const answer = await ask(gateway);
  const first = await new Promise<string>((resolve) => answer.once('data', (bytes) => resolve(String(bytes))));
  expect(first).toBe('event: ping\ndata: {"type": "ping"}\n\n');
  next();
  expect(await text(answer)).toBe(': comment\n\ndata: {"type":"message_stop"}\n\n');
  expect(signs()).toBeGreaterThanOrEqual(4);
});

test('meters a stream that its server does not name as one', async () => {
  const { gateway, rows } = await between((one, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(streamed(one, chatCompletions));
  });
  await text(await ask(gateway, { path: '/v1/chat/completions', body: '{"model":"gpt-5","stream":true}' }));
  expect(rows.map(({ tokens }) => tokens)).toEqual([BILLED]);
});

test('an answer that it cannot read is not given to the agent', async () => {
  const { gateway, said } = await between((_, response) => {
    response.writeHead(200, { 'content-encoding': 'compress' });
    response.end('x');
  });
  expect((await ask(gateway)).statusCode).toBe(502);
  expect(said).toEqual(['The model provider answered in an encoding that cannot be read.']);
});
