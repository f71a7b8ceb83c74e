import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { startWeb, type Web } from '#adapters/web/server.ts';
import { silent } from '../../services/log.ts';

const started: Web[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((web) => web.close(0)));
});

const start = async (asked: (string | undefined)[] = []): Promise<Web> => {
  const spendings = async (since: string | undefined) => {
    asked.push(since);
    return [];
  };
  const web = await startWeb({
    host: '127.0.0.1',
    port: 0,
    checks: {},
    metrics: async () => '',
    plans: async () => [],
    spendings,
    log: silent,
  });
  started.push(web);
  return web;
};

describe('the cost ledger of a running app', () => {
  test('is told from an instant on', async () => {
    const asked: (string | undefined)[] = [];
    const { url } = await start(asked);
    const since = '2025-11-30T00:00:00.000Z';
    expect(await (await fetch(`${url}/costs.json?since=${encodeURIComponent(since)}`)).json()).toEqual({ rows: [] });
    expect((await fetch(`${url}/costs.json`)).status).toBe(200);
    expect(asked).toEqual([since, undefined]);
    expect((await fetch(`${url}/costs.json?since=yesterday`)).status).toBe(400);
    expect((await fetch(`${url}/costs.json`, { method: 'POST' })).status).toBe(405);
  });

  test.each([{ host: 'evil.example' }, { 'x-forwarded-for': '10.0.0.1' }])(
    'is told on its own machine only, and not to %j',
    async (headers) => {
      const { port } = await start();
      const asked = request({ port, host: '127.0.0.1', path: '/costs.json', headers });
      asked.end();
      const [answer] = await once(asked, 'response');
      answer.resume();
      expect(answer.statusCode).toBe(403);
    },
  );
});
