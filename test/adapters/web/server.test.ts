import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startWeb, type Web, type WebOptions } from '#adapters/web/server.ts';
import type { Log } from '#engine/ports.ts';
import { planOf } from './plan.ts';

const started: Web[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((web) => web.close(0)));
});

const start = async (options: Partial<WebOptions> = {}) => {
  const lines: string[] = [];
  const note = (facts: Record<string, unknown>, sentence: string) =>
    void lines.push(`${sentence} ${JSON.stringify(facts)}`);
  const log: Log = { info: note, warn: note, error: note };
  const web = await startWeb({
    host: '127.0.0.1',
    port: 0,
    checks: {},
    metrics: async () => '',
    plans: async () => [],
    log,
    ...options,
  });
  started.push(web);
  return { web, lines, get: (path: string, init?: RequestInit) => fetch(web.url + path, init) };
};

/** A request with headers that fetch does not let through. */
const ask = async (port: number, headers: Record<string, string>): Promise<number | undefined> => {
  const asked = request({ port, host: '127.0.0.1', path: '/', headers });
  asked.end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  return answer.statusCode;
};

describe('the web side', () => {
  test('is alive as soon as it listens', async () => {
    const { get } = await start();
    const answer = await get('/healthz');
    expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
  });

  test('is ready when every check passes, and names the one that does not, without its reason', async () => {
    let down = true;
    const github = async () => {
      if (down) throw new Error('connect ECONNREFUSED 10.0.0.5');
    };
    const { get, lines } = await start({ checks: { database: async () => undefined, github } });
    const answer = await get('/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ready: false, checks: { database: 'ok', github: 'failed' } });
    expect(lines.join()).toContain('ECONNREFUSED 10.0.0.5');
    down = false;
    await vi.waitFor(async () => expect((await get('/readyz')).status).toBe(200), { timeout: 10_000, interval: 200 });
  });

  test('asks the checks once for many who ask at the same time', async () => {
    let asked = 0;
    const { get } = await start({ checks: { github: async () => void (asked += 1) } });
    await Promise.all(Array.from({ length: 50 }, () => get('/readyz')));
    expect(asked).toBe(1);
  });

  test('a check that never answers counts as failed within seconds', async () => {
    const { get } = await start({ checks: { database: () => new Promise<void>(() => undefined) } });
    expect((await get('/readyz')).status).toBe(503);
  });

  test('gives metrics as Prometheus reads them', async () => {
    const { get } = await start({ metrics: async () => 'forkjoin_plans 3\n' });
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toBe('forkjoin_plans 3\n');
  });

  test('hands the webhook its request untouched, and nothing else', async () => {
    const seen: string[] = [];
    const { get } = await start({
      webhook: (incoming, response) => {
        incoming.setEncoding('utf8').on('data', (part: string) => seen.push(part));
        incoming.on('end', () => response.writeHead(202).end());
      },
    });
    const body = '{"zen": "Ünïcode"}';
    expect((await get('/api/github/webhooks?x=1', { method: 'POST', body })).status).toBe(202);
    expect((await get('/api/github/webhooks')).status).toBe(405);
    expect((await get('/api/github/webhooks/', { method: 'POST', body })).status).toBe(404);
    expect(seen.join('')).toBe(body);
  });

  test('a worker without webhooks says so', async () => {
    const { get } = await start();
    expect((await get('/api/github/webhooks', { method: 'POST', body: 'x' })).status).toBe(503);
  });

  test.each(['/nothing', '/__proto__', '/constructor', '/../etc/passwd', '//', '/healthz/'])(
    '%s is not there',
    async (path) => {
      const { web } = await start();
      const asked = request({ port: web.port, host: '127.0.0.1', path });
      asked.end();
      const [answer] = await once(asked, 'response');
      answer.resume();
      expect(answer.statusCode).toBe(404);
    },
  );

  test('pages can only be read', async () => {
    const { get } = await start();
    for (const path of ['/', '/healthz', '/metrics']) {
      const answer = await get(path, { method: 'POST', body: 'x' });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    const head = await get('/healthz', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '3', '']);
  });

  test('a page that cannot be made is a 500 with the reason in the log only', async () => {
    const { get, lines } = await start({ metrics: async () => Promise.reject(new Error('no database')) });
    const answer = await get('/metrics');
    expect([answer.status, await answer.text()]).toEqual([500, 'Something went wrong; the log says what.\n']);
    expect(lines.join()).toContain('no database');
  });

  test('a taken port is told at once', async () => {
    const { web } = await start();
    await expect(start({ port: web.port })).rejects.toThrow('EADDRINUSE');
  });

  test('ends within its grace, even while somebody neither speaks nor goes', async () => {
    const { web } = await start();
    const silent = connect(web.port, '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    silent.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
    const begun = performance.now();
    await web.close(300);
    // The one who is silent would be waited for a minute.
    expect(performance.now() - begun).toBeLessThan(20_000);
    silent.destroy();
  });

  test('lets a request under way come to its end', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { web, get } = await start({
      metrics: async () => {
        arrived();
        await held;
        return 'late 1\n';
      },
    });
    const answer = get('/metrics');
    await asked;
    const closing = web.close(5_000);
    release();
    expect(await (await answer).text()).toBe('late 1\n');
    await closing;
  });
});

describe('the dashboard', () => {
  test('shows plans with their items, states and reasons', async () => {
    const plans = [
      planOf('Checkout', [
        { name: 'waiting', on: [11, 12] },
        { name: 'skipped', because: 10 },
      ]),
    ];
    const { get } = await start({ plans: async () => plans, serverUrl: 'https://github.example' });
    const text = await (await get('/')).text();
    expect(text).toContain('<a href="https://github.example/acme/shop/issues/7">acme/shop#7</a>');
    expect(text).toContain('Part 1 of Checkout');
    expect(text).toContain('<span class="state waiting">waiting</span>');
    expect(text).toContain('waits for #11 and #12');
    expect(text).toContain('needs #10');
  });

  test('an empty one says how to begin', async () => {
    const { get } = await start();
    expect(await (await get('/')).text()).toContain('Label an issue <code>parallel</code>');
  });

  test('what people wrote stays text, and nothing may run or be loaded', async () => {
    const hostile = `</bdi><script>alert("1")</script><img src=x onerror='a'>&amp;`;
    const plans = [planOf(hostile, [{ name: 'cancelled', by: hostile, why: hostile }])];
    const { get } = await start({ plans: async () => plans });
    const answer = await get('/');
    const text = await answer.text();
    expect(text).not.toMatch(/<script|<img|onerror='/);
    expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    ['through a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['through a tunnel', { forwarded: 'for=203.0.113.9' }],
    ['by a name that points at this machine', { host: 'rebound.example' }],
    ['by a name that only begins like this machine', { host: 'localhost.example:80' }],
  ])('answers nobody who comes %s', async (_how, headers) => {
    const { web } = await start({ plans: async () => [planOf('Secret', [])] });
    expect(await ask(web.port, { host: `localhost:${web.port}` })).toBe(200);
    expect(await ask(web.port, { host: `localhost:${web.port}`, ...headers })).toBe(403);
  });
});
