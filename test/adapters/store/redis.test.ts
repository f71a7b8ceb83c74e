import { afterEach, expect, it, vi } from 'vitest';
import { openDatabase } from '#adapters/store/open.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import { listening, silent } from '../../services/log.ts';
import { startRedis } from '../../services/redis.ts';
import type { Server } from '../../services/server.ts';
import { aCommit, aPlan } from './plans.ts';

let server: Server | undefined;
afterEach(() => server?.stop());

const serve = async (settings?: readonly string[]): Promise<Server> => {
  server = await startRedis(settings);
  return server;
};
const refusal = async (url: string): Promise<string> => {
  const refused = await openDatabase({ kind: 'redis', url }, silent).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DatabaseRefused);
  return String(refused);
};

it('refuses a Redis that may evict or forget, and says what to set', async () => {
  const { url, port } = await serve(['--maxmemory-policy', 'allkeys-lru', '--save', '']);
  const said = await refusal(url);
  expect(said).toContain(`Redis at 127.0.0.1:${port} (REDIS_URL) cannot be used`);
  expect(said).toContain('maxmemory-policy is allkeys-lru');
  expect(said).toContain('set "maxmemory-policy noeviction"');
  expect(said).toContain('set "appendonly yes"');
});

it('takes snapshots for persistence too', async () => {
  const { url } = await serve(['--save', '60 1000']);
  await (await openDatabase({ kind: 'redis', url }, silent)).close();
});

it('goes on with a warning where the configuration must not be read', async () => {
  const { url } = await serve(['--rename-command', 'CONFIG', '']);
  const log = listening();
  await (await openDatabase({ kind: 'redis', url }, log)).close();
  expect(log.said.join()).toContain('CONFIG is forbidden');
});

it('refuses by what a Redis says of itself where the configuration must not be read', async () => {
  const { url } = await serve(['--rename-command', 'CONFIG', '', '--maxmemory-policy', 'volatile-ttl']);
  expect(await refusal(url)).toContain('maxmemory-policy is volatile-ttl');
});

it('never prints the password of a Redis that it cannot use', async () => {
  const { port } = await serve(['--requirepass', 'other']);
  const said = await refusal(`redis://:hunter2@127.0.0.1:${port}`);
  expect(said).toContain('cannot be used');
  expect(said).not.toContain('hunter2');
});

it('says so when no Redis answers', async () => {
  const said = await refusal('redis://127.0.0.1:1');
  expect(said).toContain('ECONNREFUSED');
}, 20_000);

it('keeps what it acknowledged when Redis restarts, and goes on by itself', async () => {
  const running = await serve(['--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--appendfsync', 'always']);
  const { store, close } = await openDatabase({ kind: 'redis', url: running.url }, silent);
  await store.commit(aCommit(aPlan(1), { facts: ['f'] }));
  await running.kill();
  await expect(store.ping()).rejects.toThrow();
  await running.restart();
  await vi.waitFor(() => store.ping(), { timeout: 30_000 });
  expect((await store.load('1-1'))?.version).toBe(1);
  expect(await store.commit(aCommit(aPlan(1), { facts: ['f'] }))).toBe('already');
  await close();
});
