import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDatabase } from '#adapters/store/open.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import { type Child, startChild } from '../../services/child.ts';
import { silent } from '../../services/log.ts';
import { folder } from '../../services/server.ts';
import { aCommit, aPlan } from './plans.ts';

let data: Awaited<ReturnType<typeof folder>>;
let child: Child | undefined;
beforeEach(async () => {
  data = await folder('embedded');
});
afterEach(async () => {
  await child?.kill();
  child = undefined;
  await data.remove();
});

const open = () => openDatabase({ kind: 'embedded', folder: data.path }, silent);
const committing = async (versions: number): Promise<Child> => {
  const started = startChild(new URL('./commit-forever.ts', import.meta.url), [data.path]);
  child = started;
  await vi.waitFor(() => expect(started.printed.length).toBeGreaterThan(versions), { timeout: 90_000, interval: 20 });
  return started;
};

it('has every commit that it acknowledged before the process was killed', async () => {
  const killed = await committing(100);
  await killed.kill();
  const acknowledged = Number(killed.printed.at(-1));
  const { store, close } = await open();
  const version = (await store.load('1-1'))?.version ?? 0;
  expect(version).toBeGreaterThanOrEqual(acknowledged);
  expect(version).toBeLessThanOrEqual(acknowledged + 1);
  expect(await store.outbox(1_000_000)).toHaveLength(version);
  expect([await store.handled(`f${version - 1}`), await store.handled(`f${version}`)]).toEqual([true, false]);
  await close();
});

it('refuses a second process with a sentence, and serves it when the first is gone', async () => {
  const first = await committing(0);
  const refused = await open().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DatabaseRefused);
  expect(String(refused)).toContain(`is in use by process ${first.process.pid}`);
  expect(String(refused)).toContain('set REDIS_URL or DATABASE_URL');
  await first.kill();
  await (await open()).close();
});

it('refuses a second opening in the same process', async () => {
  const { close } = await open();
  await expect(open()).rejects.toThrow(`is in use by process ${process.pid}`);
  await close();
  await (await open()).close();
});

it('takes over the lock of a process whose number another one has now', async () => {
  await (await open()).close();
  const mine = await open();
  const lock = await readFile(join(data.path, 'lock'), 'utf8');
  await mine.close();
  const [pid, , host] = lock.split(' ');
  await writeFile(join(data.path, 'lock'), `${pid} 1 ${host}`);
  await (await open()).close();
});

it('takes over the lock of another machine only when it is no longer touched', async () => {
  const lock = join(data.path, 'lock');
  await writeFile(lock, '1 2 elsewhere');
  const touching = setInterval(() => writeFile(lock, '1 2 elsewhere'), 500);
  await expect(open()).rejects.toThrow('is in use by process 1 on elsewhere');
  clearInterval(touching);
  await (await open()).close();
});

it('gives each of many transactions its turn, also when one is left open', async () => {
  const { store, backend, close } = await open();
  if (backend.kind !== 'pool') throw new Error('not a pool');
  const forgotten = await backend.pool.connect();
  await forgotten.query('BEGIN');
  await forgotten.query(`INSERT INTO forkjoin.ledger (name, value) VALUES ('half', '1')`);
  const waiting = store.commit(aCommit(aPlan(1)));
  forgotten.release();
  expect(await waiting).toBe('saved');
  expect(await store.recall('half')).toBeUndefined();
  await close();
});

it('leaves room for timers and requests while it is busy', async () => {
  const { store, close } = await open();
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 1);
  let version = 0;
  const since = performance.now();
  while (performance.now() - since < 500) {
    await store.commit(aCommit(aPlan(1), { expected: version++ }));
  }
  clearInterval(ticking);
  expect(ticks).toBeGreaterThan(20);
  await close();
});

it('answers nothing after it was closed', async () => {
  const { store, close } = await open();
  await close();
  await expect(store.ping()).rejects.toThrow('closed');
});

it('says which folder it could not open', async () => {
  await expect(openDatabase({ kind: 'embedded', folder: '/etc/passwd/forkjoin' }, silent)).rejects.toThrow(
    'The data folder /etc/passwd/forkjoin (FORKJOIN_HOME) cannot be written',
  );
  await writeFile(join(data.path, 'database'), 'not a database');
  await expect(open()).rejects.toThrow(`The embedded database in ${join(data.path, 'database')} cannot be opened`);
});
