import { text } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { memoryLedger } from '../../../services/ledger.ts';
import { ask, between, closeAll, KEY } from './provider.ts';

afterEach(closeAll);

const PAID = JSON.stringify({ type: 'message', content: [], usage: { input_tokens: 10, output_tokens: 5 } });
/** Tokens of output that five cents pay for, a prompt of some bytes taken off. */
const PAID_FOR = expect.closeTo(3_328, -1);
const refusal = (type: string, message: string): string => JSON.stringify({ type: 'error', error: { type, message } });

describe('too many requests', () => {
  test.each([
    ['429 and seconds', 429, () => ({ 'retry-after': '1' })],
    ['429 and milliseconds', 429, () => ({ 'retry-after-ms': '900' })],
    ['529 and a date', 529, () => ({ 'retry-after': new Date(Date.now() + 2_000).toUTCString() })],
  ])('%s: the request is held and sent again when the pause is over', async (_, status, headers) => {
    const times: number[] = [];
    const { gateway, arrived, rows, pause, signs } = await between((_arrived, response) => {
      times.push(Date.now());
      if (times.length > 1) return response.end(PAID);
      response.writeHead(status, headers());
      return response.end(refusal('rate_limit_error', 'slow down'));
    });
    const answer = await ask(gateway);
    expect(answer.statusCode).toBe(200);
    expect(await text(answer)).toBe(PAID);
    expect(arrived).toHaveLength(2);
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThan(850);
    expect(pause()).toMatchObject({ provider: 'anthropic', status, strikes: 1 });
    expect(Date.parse(pause()?.until ?? '')).toBeLessThanOrEqual(second);
    expect(rows).toHaveLength(1);
    expect(signs()).toBeGreaterThanOrEqual(3);
  });

  test('other requests wait meanwhile, and are not sent at all', async () => {
    const times: number[] = [];
    const { gateway, arrived, pause } = await between((_, response) => {
      times.push(Date.now());
      if (times.length > 1) return response.end(PAID);
      response.writeHead(429, { 'retry-after': '1' });
      return response.end();
    });
    const first = ask(gateway);
    while (pause() === undefined) await new Promise(setImmediate);
    const over = Date.parse(pause()?.until ?? '');
    const others = [ask(gateway), ask(gateway, { path: '/v1/messages/count_tokens' })];
    for (const answer of [await first, ...(await Promise.all(others))]) expect(answer.statusCode).toBe(200);
    expect(arrived).toHaveLength(4);
    expect(Math.min(...times.slice(1))).toBeGreaterThanOrEqual(over - 20);
  });

  test('a pause longer than the attempt may take puts it off', async () => {
    const { gateway, arrived } = await between((_, response) => {
      response.writeHead(429, { 'retry-after': '3600' });
      response.end();
    });
    expect((await ask(gateway)).statusCode).toBe(403);
    expect(gateway.ended.aborted).toBe(true);
    expect(await gateway.settle({ kind: 'cancelled' })).toEqual({
      kind: 'put-off',
      what: expect.stringMatching(/^the model provider asks to wait until \d{4}-\d\d-\d\d \d\d:\d\d UTC, longer than/),
    });
    expect(arrived).toHaveLength(1);
  });

  test('an overload told in the middle of a stream pauses everybody too', async () => {
    const { gateway, pause } = await between((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`event: error\ndata: ${refusal('overloaded_error', 'Overloaded')}\n\n`);
    });
    expect(await text(await ask(gateway))).toContain('overloaded_error');
    expect(pause()).toMatchObject({ status: 529, strikes: 1 });
  });

  test('an agent that hangs up while it is held is forgotten', async () => {
    const { gateway, pause } = await between((_, response) => {
      response.writeHead(429, { 'retry-after': '30' });
      response.end();
    });
    const asked = ask(gateway).catch(() => 'gone');
    while (pause() === undefined) await new Promise(setImmediate);
    const from = Date.now();
    expect(await gateway.settle({ kind: 'cancelled' })).toEqual({ kind: 'cancelled' });
    expect(await asked).toBe('gone');
    expect(Date.now() - from).toBeLessThan(20_000);
  });
});

describe('a key that the provider does not take', () => {
  test.each([
    [
      'Anthropic, 401',
      '/v1/messages',
      401,
      refusal('authentication_error', `invalid x-api-key ${KEY}`),
      'ANTHROPIC_API_KEY',
    ],
    [
      'OpenAI, 401',
      '/v1/responses',
      401,
      refusal('invalid_request_error', 'Incorrect API key: sk-oper*****6789.'),
      'OPENAI_API_KEY',
    ],
    ['OpenAI, 403', '/v1/chat/completions', 403, refusal('x', 'Country not supported'), 'OPENAI_API_KEY'],
    ['no money, 402', '/v1/messages', 402, 'nonsense', 'fill up'],
    [
      'no quota, 429',
      '/v1/responses',
      429,
      JSON.stringify({ error: { code: 'insufficient_quota', message: 'You exceeded your quota' } }),
      'fill up',
    ],
  ])('%s: ends the attempt at once with a sentence for the operator', async (_, path, status, body, sentence) => {
    const { gateway, arrived, said, facts, pause } = await between((_arrived, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body);
    });
    const answer = await ask(gateway, { path });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(gateway.ended.aborted).toBe(true);
    const outcome = await gateway.settle({ kind: 'cancelled' });
    expect(outcome).toEqual({ kind: 'unavailable', what: expect.stringContaining(sentence) });
    const told = JSON.stringify([outcome, said, facts, await text(answer)]);
    expect(told).not.toContain(KEY);
    expect(told).not.toContain('6789');
    // What the provider says of the account is for the operator's log, not for an issue that everybody reads.
    expect(JSON.stringify(outcome)).not.toMatch(/Country|quota/);
    expect(JSON.stringify(facts)).toContain(/Country not supported|You exceeded/.exec(body)?.[0] ?? 'says');
    expect(arrived).toHaveLength(1);
    expect(pause()).toBeUndefined();
  });
});

describe('budgets', () => {
  test('an answer in one piece that passes them is given whole, the attempt ends, and the next request is not sent', async () => {
    const dear = JSON.stringify({ type: 'message', content: [], usage: { input_tokens: 0, output_tokens: 10_000 } });
    const { gateway, arrived, rows } = await between((_, response) => response.end(dear), { budgets: { item: 0.1 } });
    expect(await text(await ask(gateway))).toBe(dear);
    expect((await ask(gateway)).statusCode).toBe(403);
    expect(gateway.ended.aborted).toBe(true);
    expect(arrived).toHaveLength(1);
    expect(rows.map(({ dollars }) => dollars)).toEqual([0.15]);
    const outcome = await gateway.settle({ kind: 'exit', status: 1, tail: '' });
    expect(outcome).toEqual({ kind: 'budget', spent: { of: 'item', dollars: 0.1 }, cost: 0.15 });
  });

  test('are not passed by many answers in one piece at the same time', async () => {
    const one = JSON.stringify({ type: 'message', content: [], usage: { input_tokens: 0, output_tokens: 3_000 } });
    const { gateway, arrived, rows } = await between(
      async (_, response) => {
        await after(20);
        response.end(one);
      },
      { budgets: { attempt: 0.05 } },
    );
    const body = '{"model":"claude-sonnet-4-5","max_tokens":3000}';
    const asked = Array.from({ length: 10 }, async () => (await ask(gateway, { body })).statusCode);
    expect((await Promise.all(asked)).filter((status) => status === 200)).toHaveLength(2);
    expect([arrived.length, rows.length, gateway.ended.aborted]).toEqual([2, 2, true]);
  });

  test('a budget that is used up to the cent lets the attempt end by itself, or with its next request', async () => {
    const exact = JSON.stringify({ type: 'message', content: [], usage: { input_tokens: 0, output_tokens: 10_000 } });
    const { gateway, arrived } = await between((_, response) => response.end(exact), { budgets: { item: 0.15 } });
    await text(await ask(gateway));
    expect(gateway.ended.aborted).toBe(false);
    expect((await ask(gateway)).statusCode).toBe(403);
    expect(gateway.ended.aborted).toBe(true);
    expect(arrived).toHaveLength(1);
  });

  test.each([
    [
      'usage that is told once, at the end',
      '/v1/messages',
      [
        { type: 'message_start', message: { usage: { input_tokens: 0, output_tokens: 1 } } },
        { type: 'message_delta', usage: { output_tokens: 10_000 } },
        { type: 'message_stop' },
      ],
    ],
    [
      'usage that is told early, and words after it',
      '/v1/messages',
      [
        { type: 'message_start', message: { usage: { input_tokens: 0, output_tokens: 1 } } },
        { type: 'message_delta', usage: { output_tokens: 2 } },
        { type: 'content_block_delta', delta: { text: 'word'.repeat(10_000) } },
        { type: 'message_stop' },
      ],
    ],
    [
      'usage that is told with every part',
      '/v1/chat/completions',
      [10, 10_000, 20_000].map((completion_tokens) => ({
        choices: [{ delta: { content: 'word' } }],
        usage: { prompt_tokens: 1, completion_tokens },
      })),
    ],
  ])('end an attempt within the stream that passes them: %s', async (_, path, events) => {
    const { gateway, arrived } = await between(
      (__, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
        response.end();
      },
      { budgets: { attempt: 0.05 } },
    );
    const answer = await ask(gateway, { path, body: '{"model":"claude-sonnet-4-5","stream":true}' });
    await text(answer).catch(() => undefined);
    expect(gateway.ended.aborted).toBe(true);
    expect(arrived).toHaveLength(1);
    expect(await gateway.settle({ kind: 'done', summary: '' })).toMatchObject({ kind: 'budget' });
  });

  test('count an answer once, whatever its provider sends after the end', async () => {
    const end = { type: 'response.completed', response: { usage: { input_tokens: 0, output_tokens: 2_000 } } };
    const { gateway, arrived, rows } = await between(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n\n`);
      },
      { budgets: { attempt: 0.05 } },
    );
    const body = '{"model":"claude-sonnet-4-5","stream":true}';
    await text(await ask(gateway, { path: '/v1/responses', body }));
    await text(await ask(gateway, { path: '/v1/responses', body })).catch(() => undefined);
    expect(arrived).toHaveLength(2);
    expect(rows.map(({ dollars }) => dollars)).toEqual([0.03, 0.03]);
  });

  test.each([
    ['/v1/messages', { max_tokens: 64_000 }, { max_tokens: PAID_FOR }],
    ['/v1/messages', { max_tokens: 1_000 }, { max_tokens: 1_000 }],
    ['/v1/messages', { max_tokens: 64_000, thinking: { type: 'adaptive' } }, { max_tokens: PAID_FOR }],
    [
      '/v1/messages',
      { max_tokens: 64_000, thinking: { type: 'enabled', budget_tokens: 4_000 } },
      { max_tokens: PAID_FOR, thinking: { type: 'enabled', budget_tokens: expect.closeTo(3_072, -1) } },
    ],
    ['/v1/responses', {}, { max_output_tokens: PAID_FOR }],
    ['/v1/responses', { max_output_tokens: 9_000 }, { max_output_tokens: PAID_FOR }],
    ['/v1/chat/completions', { max_completion_tokens: 9_000 }, { max_completion_tokens: PAID_FOR }],
    ['/v1/chat/completions', { max_tokens: 9_000 }, { max_tokens: PAID_FOR }],
  ])('%s: no longer answer is asked for than they pay for: %j', async (path, asked, sent) => {
    const { gateway, arrived } = await between((_, response) => response.end(PAID), { budgets: { attempt: 0.05 } });
    await ask(gateway, { path, body: JSON.stringify({ model: 'claude-sonnet-4-5', ...asked }) });
    expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({ model: 'claude-sonnet-4-5', ...asked, ...sent });
  });

  test('an answer that is not limited is not limited by a rich budget', async () => {
    const { gateway, arrived } = await between((_, response) => response.end(PAID));
    await ask(gateway, { path: '/v1/responses', body: '{"model":"gpt-5"}' });
    expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({ model: 'gpt-5' });
  });

  test('a model without a price is counted in tokens', async () => {
    const used = JSON.stringify({
      type: 'message',
      content: [],
      usage: { input_tokens: 900, output_tokens: 200, cache_read_input_tokens: 500 },
    });
    const { gateway, arrived, rows } = await between((_, response) => response.end(used), {
      budgets: { tokens: 1_150 },
    });
    const body = '{"model":"homegrown-7b"}';
    await ask(gateway, { body });
    await ask(gateway, { body });
    expect(arrived).toHaveLength(1);
    expect(rows[0]).not.toHaveProperty('dollars');
    expect(await gateway.settle({ kind: 'cancelled' })).toEqual({
      kind: 'budget',
      spent: { of: 'tokens', tokens: 1_150, model: 'homegrown-7b' },
    });
  });
});

describe('what a provider would do for an agent beyond answering', () => {
  const sent = async (
    path: string,
    body: object,
  ): Promise<{ status: number | undefined; body: Record<string, unknown> }> => {
    const { gateway, arrived } = await between((_, response) => response.end('{}'));
    const answer = await ask(gateway, { path, body: JSON.stringify(body) });
    await closeAll();
    return { status: answer.statusCode, body: JSON.parse(arrived[0]?.body ?? '{}') as Record<string, unknown> };
  };

  test('tools that it runs itself, its servers and its dearer lanes are left out', async () => {
    const own = [
      { name: 'Read', input_schema: {} },
      { type: 'bash_20250124', name: 'bash' },
    ];
    const anthropic = {
      model: 'm',
      tools: [...own, { type: 'web_fetch_20250910' }, { type: 'code_execution_20250825' }],
      mcp_servers: [{}],
      speed: 'fast',
    };
    expect((await sent('/v1/messages', anthropic)).body).toEqual({ model: 'm', tools: own });
    const functions = [
      { type: 'function', name: 'shell' },
      { type: 'custom', name: 'apply_patch' },
    ];
    const openai = {
      model: 'm',
      tools: [
        ...functions,
        { type: 'web_search' },
        { type: 'mcp', server_url: 'https://evil.example' },
        { type: 'code_interpreter' },
      ],
      service_tier: 'priority',
    };
    expect((await sent('/v1/responses', openai)).body).toEqual({ model: 'm', tools: functions });
    expect((await sent('/v1/chat/completions', { model: 'm', web_search_options: {} })).body).toEqual({ model: 'm' });
  });

  test.each([
    [
      '/v1/messages',
      { messages: [{ content: [{ type: 'image', source: { type: 'url', url: 'https://evil.example/?data' } }] }] },
    ],
    [
      '/v1/messages',
      {
        messages: [
          { content: [{ type: 'tool_result', content: [{ type: 'document', source: { type: 'url', url: 'x' } }] }] },
        ],
      },
    ],
    ['/v1/responses', { input: [{ content: [{ type: 'input_image', image_url: 'https://evil.example/?data' }] }] }],
    [
      '/v1/responses',
      { input: [{ type: 'function_call_output', output: [{ type: 'input_file', file_url: 'https://evil.example' }] }] },
    ],
    ['/v1/responses', { background: true }],
    [
      '/v1/chat/completions',
      { messages: [{ content: [{ type: 'image_url', image_url: { url: 'https://evil.example' } }] }] },
    ],
  ])('%s with an address to fetch, or work that nobody sees, is refused: %j', async (path, body) => {
    expect(await sent(path, { model: 'm', ...body })).toEqual({ status: 400, body: {} });
  });

  test('pictures that come along are sent', async () => {
    const picture = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
    const body = { model: 'm', input: [{ role: 'user', content: [picture] }] };
    expect(await sent('/v1/responses', body)).toEqual({ status: 200, body });
  });
});

describe('a ledger that cannot be written', () => {
  test('holds back the end of the answer until it can', async () => {
    let failures = 2;
    const ledger = memoryLedger(undefined, async () => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('the database is away');
      }
    });
    const { gateway, said } = await between((_, response) => response.end(PAID), { ledger });
    expect(await text(await ask(gateway))).toBe(PAID);
    expect(ledger.rows).toHaveLength(1);
    expect(said).toEqual(Array(2).fill('The cost ledger cannot be written; trying again.'));
  });
});
