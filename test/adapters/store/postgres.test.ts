import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openDatabase } from '#adapters/store/open.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import { silent } from '../../services/log.ts';
import { startPostgres } from '../../services/postgres.ts';
import type { Server } from '../../services/server.ts';
import { aCommit, aPlan } from './plans.ts';

let server: Server;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const open = () => openDatabase({ kind: 'postgres', url: server.url }, silent);

it('makes its schema once when many processes start together on an empty database', async () => {
  const opened = await Promise.all(Array.from({ length: 6 }, open));
  await Promise.all(opened.map(({ store }, index) => store.commit(aCommit(aPlan(index + 1)))));
  expect(await opened[0]?.store.plans()).toHaveLength(6);
  await Promise.all(opened.map((database) => database.close()));
});

it('refuses a schema that a newer Forkjoin made', async () => {
  const { backend, close } = await open();
  if (backend.kind !== 'pool') throw new Error('not a pool');
  await backend.pool.query('INSERT INTO forkjoin.migration (version) VALUES (1000)');
  await expect(open()).rejects.toThrow(/schema version 1000.*run a newer Forkjoin/);
  await backend.pool.query('DELETE FROM forkjoin.migration WHERE version = 1000');
  await close();
});

it('says which database it could not use, without the password', async () => {
  const url = server.url.replace('forkjoin@', 'nobody:hunter2@');
  const refused = await openDatabase({ kind: 'postgres', url }, silent).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DatabaseRefused);
  expect(String(refused)).toContain(
    `PostgreSQL database postgres at 127.0.0.1:${server.port} (DATABASE_URL) cannot be used`,
  );
  expect(String(refused)).not.toContain('hunter2');
  await expect(openDatabase({ kind: 'postgres', url: 'postgres://127.0.0.1:1/x' }, silent)).rejects.toThrow(
    'ECONNREFUSED',
  );
});

it('forgets facts after five weeks, not after four', async () => {
  const first = await open();
  if (first.backend.kind !== 'pool') throw new Error('not a pool');
  await first.store.commit(aCommit(aPlan(30), { facts: ['old', 'young'] }));
  await first.backend.pool.query(
    `UPDATE forkjoin.fact SET at = now() - CASE id WHEN 'old' THEN interval '36 days' ELSE interval '31 days' END`,
  );
  await first.close();
  const second = await open();
  await vi.waitFor(async () => expect(await second.store.handled('old')).toBe(false), { timeout: 20_000 });
  expect(await second.store.handled('young')).toBe(true);
  await second.close();
});

it('goes on by itself when the server restarts, with all that it acknowledged', async () => {
  const { store, close } = await open();
  await store.commit(aCommit(aPlan(40), { facts: ['g'] }));
  await server.kill();
  await expect(store.ping()).rejects.toThrow();
  await expect(store.commit(aCommit(aPlan(41)))).rejects.toThrow();
  await server.restart();
  await vi.waitFor(() => store.ping(), { timeout: 30_000 });
  expect(await store.commit(aCommit(aPlan(40), { facts: ['g'] }))).toBe('already');
  await close();
});
