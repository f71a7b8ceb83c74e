import { afterEach, describe, expect, it, vi } from 'vitest';
import { createQueues, type OpenQueues } from '#adapters/queue/queues.ts';
import { type Handlers, startWorkers, type Workers } from '#adapters/queue/workers.ts';
import { type Connection, type Database, openDatabase } from '#adapters/store/open.ts';
import { startChild } from '../../services/child.ts';
import { silent } from '../../services/log.ts';
import { startPostgres } from '../../services/postgres.ts';
import { startRedis } from '../../services/redis.ts';
import { folder, type Server } from '../../services/server.ts';
import { aHint, attempt, gate, handlers, panel, untilAborted } from './jobs.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const serve = async (kind: 'redis' | 'postgres'): Promise<{ server: Server; connection: Connection }> => {
  const server = kind === 'redis' ? await startRedis() : await startPostgres();
  closing.push(server.stop);
  return { server, connection: { kind, url: server.url } };
};
const connect = async (
  connection: Connection,
): Promise<{ database: Database; queues: OpenQueues; close(): Promise<void> }> => {
  const database = await openDatabase(connection, silent);
  const queues = await createQueues(database.backend, silent);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= queues.close().then(database.close);
    return closed;
  };
  closing.push(close);
  return { database, queues, close };
};
const work = async ({ backend }: Database, said: Partial<Handlers>): Promise<Workers> => {
  const workers = await startWorkers(backend, handlers(said), { attempts: 2, writeInterval: 0, log: silent });
  closing.push(() => workers.close(0));
  return workers;
};
const killedWith = async (connection: Connection, jobs: readonly string[]): Promise<void> => {
  const child = startChild(new URL('./hang.ts', import.meta.url), [JSON.stringify(connection)]);
  closing.push(child.kill);
  await vi.waitFor(() => expect([...child.printed].sort()).toEqual(jobs), { timeout: 60_000, interval: 20 });
  await child.kill();
};

describe.each(['redis', 'postgres'] as const)('on %s', (kind) => {
  it('gives the jobs of a killed worker to another within half a minute', async () => {
    const { connection } = await serve(kind);
    const { database, queues } = await connect(connection);
    await queues.effects([attempt('a', 1), attempt('b', 2)]);
    const seen: string[] = [];
    await killedWith(connection, ['a', 'b']);
    await work(database, { attempt: async ({ effect }) => void seen.push(effect.name) });
    await vi.waitFor(() => expect(seen.sort()).toEqual(['a', 'b']), { timeout: 30_000, interval: 50 });
  });

  it('goes on by itself when the server was killed and is back, without losing a job that was accepted', async () => {
    const { server, connection } = await serve(kind);
    const { database, queues } = await connect(connection);
    const seen: string[] = [];
    await work(database, {
      hint: async ({ id }) => void seen.push(id),
      effect: async ({ effect }) => void seen.push(effect.name),
    });
    await queues.hint(aHint('before'));
    await vi.waitFor(() => expect(seen).toEqual(['before']), { timeout: 20_000 });
    await server.kill();
    await server.restart();
    const after = async () => {
      await queues.hint(aHint('after'));
      await queues.effects([panel('effect')]);
    };
    await vi.waitFor(after, { timeout: 20_000, interval: 200 });
    await vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining(['after', 'effect'])), { timeout: 20_000 });
  });

  it('finishes a job once that was running while the server was away', async () => {
    const { server, connection } = await serve(kind);
    const { database, queues } = await connect(connection);
    const busy = gate();
    const done = gate();
    const seen: string[] = [];
    await work(database, {
      attempt: async ({ effect }) => {
        seen.push(effect.name);
        busy.resolve();
        await done.promise;
      },
    });
    await queues.effects([attempt('a', 1)]);
    await busy.promise;
    await server.kill();
    done.resolve();
    await server.restart();
    await vi.waitFor(async () => expect((await queues.depth())['agents']).toBe(0), { timeout: 20_000, interval: 100 });
    expect(seen).toEqual(['a']);
  });

  it('says within seconds that a hint cannot be queued while the server is away, so that GitHub delivers it again', async () => {
    const { server, connection } = await serve(kind);
    const { queues } = await connect(connection);
    await queues.hint(aHint('1'));
    await server.kill();
    const since = performance.now();
    await expect(queues.hint(aHint('2'))).rejects.toThrow();
    expect(performance.now() - since).toBeLessThan(15_000);
    await server.restart();
    await vi.waitFor(() => queues.hint(aHint('2')), { timeout: 20_000, interval: 100 });
    expect((await queues.depth())['facts']).toBe(2);
  });

  it('aborts an attempt whose lock was lost, so that two never work on one', async () => {
    const { database, queues } = await connect((await serve(kind)).connection);
    const busy = gate();
    const aborted = gate();
    await work(database, {
      attempt: async (_, signal) => {
        busy.resolve();
        await untilAborted(signal).catch(() => aborted.resolve());
      },
    });
    await queues.effects([attempt('a', 1)]);
    await busy.promise;
    await forgetLocks(database);
    await aborted.promise;
  });
});

it('runs the jobs of a killed process again at once on the embedded database', async () => {
  const data = await folder('embedded');
  closing.push(data.remove);
  const connection: Connection = { kind: 'embedded', folder: data.path };
  const first = await connect(connection);
  await first.queues.effects([attempt('a', 1), attempt('b', 2)]);
  await first.close();
  await killedWith(connection, ['a', 'b']);
  const { database } = await connect(connection);
  const seen: string[] = [];
  await work(database, { attempt: async ({ effect }) => void seen.push(effect.name) });
  // A lock that had to run out first would take a minute.
  await vi.waitFor(() => expect(seen.sort()).toEqual(['a', 'b']), { timeout: 60_000, interval: 20 });
});

it('asks PostgreSQL a few times a second, not thousands, while another worker holds the only turn of an installation', async () => {
  const { database, queues } = await connect((await serve('postgres')).connection);
  const { pool } = database.backend as Extract<Database['backend'], { kind: 'pool' }>;
  const busy = gate();
  const done = gate();
  const effect = async () => {
    busy.resolve();
    await done.promise;
  };
  await work(database, { effect });
  await work(database, { effect });
  await queues.effects([panel('a'), panel('b'), panel('c')]);
  await busy.promise;
  const transactions = async () => {
    const { rows } = await pool.query<{ count: string }>(
      `SELECT (xact_commit + xact_rollback)::text AS count FROM pg_stat_database WHERE datname = current_database()`,
    );
    return Number(rows[0]?.count);
  };
  const [before, since] = [await transactions(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const count = (await transactions()) - before;
  expect(count / ((performance.now() - since) / 1000)).toBeLessThan(200);
  done.resolve();
});

it('hears of new jobs at once again after PostgreSQL cut all connections', async () => {
  const { database, queues } = await connect((await serve('postgres')).connection);
  const seen: string[] = [];
  await work(database, { hint: async ({ id }) => void seen.push(id) });
  if (database.backend.kind !== 'pool') throw new Error('not a pool');
  const cut = () =>
    database.backend.kind === 'pool' &&
    database.backend.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
  await cut();
  await vi.waitFor(() => queues.hint(aHint('1')), { timeout: 20_000 });
  await vi.waitFor(() => expect(seen).toEqual(['1']), { timeout: 30_000 });
  await queues.hint(aHint('2'));
  // Who hears of nothing looks every five seconds.
  await vi.waitFor(() => expect(seen).toEqual(['1', '2']), { timeout: 4000, interval: 20 });
});

/** What happens to the locks of a worker that was away too long. */
const forgetLocks = async ({ backend }: Database): Promise<void> => {
  if (backend.kind === 'pool') {
    await backend.pool.query(`UPDATE bullmq.job SET lock_token = 'another' WHERE state = 'active'`);
    return;
  }
  const { Redis } = await import('ioredis');
  const redis = new Redis(backend.url);
  const locks = await redis.keys('forkjoin:*:lock');
  await redis.mset(Object.fromEntries(locks.map((lock) => [lock, 'another'])));
  redis.disconnect();
};
