import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { memoryLedger } from '../../../services/ledger.ts';
import { ask, between, closeAll, KEY } from './provider.ts';

afterEach(closeAll);

const MODEL = 'claude-sonnet-4-5';
const PAID = JSON.stringify({ type: 'message', content: [], usage: { input_tokens: 10, output_tokens: 5 } });
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('workers that share a budget', () => {
  test('keep it together within one request, as one of them does alone', async () => {
    const ledger = memoryLedger();
    let open = 0;
    let most = 0;
    const worker = (item: number) =>
      between(
        async (_, response) => {
          open += 1;
          most = Math.max(most, open);
          response.on('close', () => {
            open -= 1;
          });
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(
            'data: {"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}\n\n',
          );
          const delta = { type: 'content_block_delta', delta: { text: 'word'.repeat(100) } };
          while (!response.destroyed) {
            response.write(`data: ${JSON.stringify(delta)}\n\n`);
            await later();
          }
        },
        { ledger, item, budgets: { plan: 0.05 } },
      );
    const workers = [await worker(3), await worker(4), await worker(5)];
    const body = JSON.stringify({ model: MODEL, stream: true, max_tokens: 32_000 });
    const ended = workers.map(async ({ gateway }) => {
      const answer = await ask(gateway, { body });
      await text(answer).catch(() => undefined);
      return await gateway.settle({ kind: 'cancelled' });
    });
    for (const outcome of await Promise.all(ended))
      expect(outcome).toMatchObject({ kind: 'budget', spent: { of: 'plan', dollars: 0.05 } });
    const spent = ledger.rows.reduce((sum, { dollars = 0 }) => sum + dollars, 0);
    expect(spent).toBeGreaterThan(0.05);
    expect(spent).toBeLessThan(0.06);
    expect(most).toBe(1);
    expect(workers.flatMap(({ said }) => said)).toEqual(Array(2).fill(expect.stringContaining('waits: what is left')));
    expect(ledger.holds.size).toBe(0);
  });

  test('stream side by side as long as there is enough for all of them', async () => {
    const ledger = memoryLedger();
    const { promise: go, resolve: proceed } = Promise.withResolvers<void>();
    const worker = () =>
      between(
        async (_, response) => {
          await go;
          response.end(PAID);
        },
        { ledger, budgets: { plan: 1 } },
      );
    const workers = [await worker(), await worker()];
    const body = JSON.stringify({ model: MODEL, stream: true, max_tokens: 20_000 });
    const asked = workers.map(({ gateway }) => ask(gateway, { body }));
    while (workers.some(({ arrived }) => arrived.length === 0)) await later();
    expect(ledger.holds.size).toBe(2);
    proceed();
    for (const answer of await Promise.all(asked)) expect(answer.statusCode).toBe(200);
  });
});

describe('what has no bound', () => {
  const CHAT = '/v1/chat/completions';
  test.each([
    [CHAT, { n: 50 }, 'leave out `n`'],
    [CHAT, { n: '50' }, 'leave out `n`'],
    [CHAT, { best_of: 8 }, 'leave out `best_of`'],
    [CHAT, { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }, 'no sound'],
    [CHAT, { messages: [{ content: [{ type: 'input_audio', input_audio: { data: 'AAAA' } }] }] }, 'no sound'],
    [CHAT, { messages: [{ content: [{ type: 'file', file: { file_id: 'file-1' } }] }] }, 'that the provider keeps'],
    [CHAT, { model: 'gpt-4o-search-preview' }, 'searches the network'],
    ['/v1/responses', { model: 'o3-deep-research-2025-06-26' }, 'searches the network'],
    ['/v1/responses', { background: 'yes' }, 'in the background'],
    ['/v1/responses', { previous_response_id: 'resp_1' }, 'that the provider keeps'],
    ['/v1/responses', { conversation: { id: 'conv_1' } }, 'that the provider keeps'],
    ['/v1/responses', { input: [{ content: [{ type: 'input_file', file_id: 'file-1' }] }] }, 'that the provider keeps'],
    [
      '/v1/messages',
      { messages: [{ content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }] },
      'that the provider keeps',
    ],
  ])('%s is refused with a sentence: %j', async (path, body, sentence) => {
    const { gateway, arrived } = await between((_, response) => response.end(PAID));
    const answer = await ask(gateway, { path, body: JSON.stringify({ model: 'gpt-5', ...body }) });
    expect(answer.statusCode).toBe(400);
    expect(await text(answer)).toContain(sentence);
    expect(arrived).toEqual([]);
  });

  test('is refused when it is nested deeper than can be read, and what is left out fills no log', async () => {
    const { gateway, arrived, said, facts } = await between((_, response) => response.end(PAID));
    const deep = (open: string, close: string): string => `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    for (const body of [
      `{"model":"${MODEL}","metadata":${deep('[', ']')}}`,
      `{"model":"${MODEL}","tools":[${deep('{"tools":[', ']}')}]}`,
    ])
      expect((await ask(gateway, { body })).statusCode).toBe(400);
    expect(arrived).toEqual([]);
    const tools = Array.from({ length: 5_000 }, (_, at) => ({ type: `web_search_${at}_${'x'.repeat(1_000)}` }));
    for (const from of [0, 1_000, 2_000])
      await ask(gateway, { body: JSON.stringify({ model: MODEL, tools: tools.slice(from) }) });
    for (let times = 0; times < 80; times += 1) await ask(gateway, { path: CHAT, body: '{"model":"gpt-5","n":2}' });
    expect(said.length).toBeLessThan(60);
    expect(JSON.stringify(facts).length).toBeLessThan(20_000);
  });

  test('is left out where nothing is lost by it', async () => {
    const { gateway, arrived } = await between((_, response) => response.end(PAID));
    const inner = { type: 'namespace', name: 'a', tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }] };
    const chat = { model: 'gpt-5', n: 1, modalities: ['text'], prediction: { type: 'content', content: 'x' } };
    await ask(gateway, { path: CHAT, body: JSON.stringify({ ...chat, tools: [inner] }) });
    expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({
      model: 'gpt-5',
      n: 1,
      modalities: ['text'],
      tools: [{ ...inner, tools: [{ type: 'function', name: 'f' }] }],
    });
    const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const usual = { cache_control: { type: 'ephemeral' } };
    const call = { type: 'tool_use', name: 'Write', input: hour };
    const messages = (cache: object) => ({
      model: MODEL,
      ...cache,
      system: [{ type: 'text', text: 'a', ...cache }],
      tools: [{ name: 'Write', ...cache }],
      messages: [
        { role: 'assistant', content: [call] },
        {
          role: 'user',
          content: [{ type: 'tool_result', content: [{ type: 'text', text: 'b', ...cache }], ...cache }],
        },
        { role: 'user', content: 'c' },
      ],
    });
    await ask(gateway, { body: JSON.stringify({ ...messages(hour), inference_geo: 'us' }) });
    expect(JSON.parse(arrived[1]?.body ?? '')).toEqual(messages(usual));
  });

  test.each([
    ['/v1/messages', MODEL, { max_tokens: 16_384 }],
    ['/v1/responses', MODEL, { max_output_tokens: 16_384 }],
    [CHAT, 'gpt-5', { max_completion_tokens: 16_384 }],
    [CHAT, 'openai/gpt-5', { max_completion_tokens: 16_384 }],
    [CHAT, MODEL, { max_tokens: 16_384 }],
  ])(
    '%s, of %s: an answer without a length is given one when the money ends before the model does',
    async (path, model, sent) => {
      const { gateway, arrived } = await between((_, response) => response.end(PAID), { budgets: { item: 0.5 } });
      await ask(gateway, { path, body: JSON.stringify({ model }) });
      const { model: _, ...rest } = JSON.parse(arrived[0]?.body ?? '') as Record<string, unknown>;
      expect(rest).toEqual(sent);
    },
  );
});

describe('what is paid for', () => {
  test('is counted although the agent hung up: an answer in one piece is heard to its end', async () => {
    const { promise: go, resolve: proceed } = Promise.withResolvers<void>();
    const { gateway, arrived, rows } = await between(async (_, response) => {
      await go;
      response.end(PAID);
    });
    const options = { socketPath: gateway.socket, method: 'POST', path: '/v1/messages' };
    const asked = request({ ...options, headers: { 'x-api-key': gateway.token } });
    asked.on('error', () => {}).end(JSON.stringify({ model: MODEL, max_tokens: 100 }));
    while (arrived.length === 0) await later();
    asked.destroy();
    await later();
    proceed();
    while (rows.length === 0) await later();
    expect(rows[0]).toMatchObject({ tokens: { input: 10, output: 5 } });
    expect(rows[0]).not.toHaveProperty('estimated');
  });

  test.each([
    ['in an encoding that nobody can open', { 'content-encoding': 'gzip, br' }, 'x'],
    ['that is no JSON', { 'content-type': 'text/html' }, '<h1>Welcome</h1>'],
    ['that is empty', {}, ''],
  ])('is counted for an answer %s, as an estimate, and nothing stays set aside', async (_, headers, body) => {
    const ledger = memoryLedger();
    const { gateway, rows } = await between(
      (__, response) => {
        response.writeHead(200, headers);
        response.end(body);
      },
      { ledger },
    );
    await text(await ask(gateway, { body: JSON.stringify({ model: MODEL, system: 'words '.repeat(100) }) }));
    expect(rows).toEqual([expect.objectContaining({ estimated: true })]);
    expect(rows[0]?.tokens.input).toBeGreaterThan(150);
    expect(ledger.holds.size).toBe(0);
  });

  test('is bounded for an answer without an end: what cannot be read counts as words', async () => {
    const { gateway, rows, said } = await between((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4 * 1024 * 1024, 'x')));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const answer = await ask(gateway, { body: JSON.stringify({ model: MODEL, max_tokens: 100 }) });
    expect(answer.statusCode).toBe(502);
    expect(said).toEqual(['An answer of the model provider broke off, or was too long.']);
    expect(rows).toEqual([expect.objectContaining({ estimated: true })]);
    expect(rows[0]?.tokens.output).toBe(131_072);
  });

  test('ends an attempt whose stream hides it in one event that never ends', async () => {
    const { gateway } = await between(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: ');
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(4 * 1024 * 1024, 'x')));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
      { budgets: { attempt: 0.05 } },
    );
    const answer = await ask(gateway, { body: JSON.stringify({ model: MODEL, stream: true, max_tokens: 100 }) });
    answer.resume();
    await text(answer).catch(() => undefined);
    expect(await gateway.settle({ kind: 'cancelled' })).toMatchObject({ kind: 'budget' });
  });

  test.each([400, 500, 503, 302])('is nothing for a %i, and nothing stays set aside', async (status) => {
    const ledger = memoryLedger();
    const { gateway, rows } = await between(
      (_, response) => {
        response.writeHead(status, { location: 'http://elsewhere.example/v1/messages' });
        response.end('{}');
      },
      { ledger },
    );
    const answer = await ask(gateway);
    expect(answer.statusCode).toBe(status === 302 ? 502 : status);
    expect(answer.headers).not.toHaveProperty('location');
    expect([rows.length, ledger.holds.size]).toEqual([0, 0]);
  });
});

describe('a provider that says too much', () => {
  const forms = [
    ['as it is', KEY],
    ['as base64 of a header', Buffer.from(`authorization: Bearer ${KEY}\r\n`).toString('base64')],
    ['as base64 for addresses', Buffer.from(`x${KEY}??>`).toString('base64url')],
    ['in hexadecimal digits', Buffer.from(KEY).toString('hex')],
  ] as const;
  test.each(forms)('of the key %s gives it to nobody', async (_, form) => {
    for (const status of [200, 400]) {
      for (const type of ['application/json', 'text/event-stream']) {
        const { gateway, said, facts } = await between((__, response) => {
          response.writeHead(status, { 'content-type': type, 'request-id': form });
          const bytes = Buffer.from(`data: {"error":{"message":"sent with ${form}"}}\n\n`);
          for (const byte of bytes) response.write(Buffer.from([byte]));
          response.end();
        });
        const answer = await ask(gateway, { body: JSON.stringify({ model: MODEL, stream: true }) });
        const heard = await text(answer).catch(() => 'cut');
        expect(heard + JSON.stringify([answer.headers, facts])).not.toContain(form);
        expect(said).toContain('The model provider repeats the key of this worker in its answer, which is withheld.');
        await closeAll();
      }
    }
  });

  test.each([
    ['rate_limit_exceeded', { error: { code: 'rate_limit_exceeded', message: 'slow down' } }],
    ['429', { error: { code: 429, message: 'slow down' } }],
    ['an error', { type: 'error', code: 'rate_limit_exceeded', message: 'slow down' }],
    ['an error in an error', { type: 'error', error: { type: 'too_many_requests', message: 'slow down' } }],
    ['a failed response', { type: 'response.failed', response: { error: { code: 'slow_down' } } }],
  ])('of too many requests, %s in the middle of a stream, pauses everybody', async (_, event) => {
    const { gateway, pause } = await between((__, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"a"}}],"error":null}\n\n');
      response.end(`data: ${JSON.stringify(event)}\n\n`);
    });
    const path = 'type' in event ? '/v1/responses' : '/v1/chat/completions';
    await text(await ask(gateway, { path, body: '{"model":"gpt-5","stream":true}' }));
    expect(pause()).toMatchObject({ status: 529, strikes: 1 });
  });

  test('of too many requests, without ever ending the sentence, pauses everybody all the same', async () => {
    const { gateway, pause } = await between((_, response) => {
      response.writeHead(429, { 'retry-after': '60' });
      response.write('{"error":');
    });
    const asked = ask(gateway).catch(() => undefined);
    const from = Date.now();
    while (pause() === undefined) await later();
    expect(Date.now() - from).toBeLessThan(6_000);
    gateway.close();
    await asked;
  });

  test.each([
    ['nothing', undefined, 15],
    ['less than nothing', '-5', 15],
    ['nonsense', 'soon', 15],
    ['a year', String(365 * 86_400), 86_400],
    ['a date that is over', new Date(0).toUTCString(), 1],
    ['a date a year ahead', new Date(Date.now() + 365 * 86_400_000).toUTCString(), 86_400],
    ['fractions', '2.5', 2.5],
  ])('or %s of how long to wait, is understood', async (_, told, seconds) => {
    const { gateway, pause } = await between((__, response) => {
      response.writeHead(429, told === undefined ? {} : { 'retry-after': told });
      response.end();
    });
    const from = Date.now();
    const asked = ask(gateway).catch(() => undefined);
    while (pause() === undefined) await later();
    expect(Date.parse(pause()?.until ?? '') - from).toBeGreaterThanOrEqual(seconds * 1_000);
    expect(Date.parse(pause()?.until ?? '')).toBeLessThanOrEqual(Date.now() + seconds * 1_000);
    gateway.close();
    await asked;
  });
});
