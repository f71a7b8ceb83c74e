import pg from 'pg';
import { migrate } from '#adapters/store/migrations.ts';
import type { Database } from '#adapters/store/open.ts';
import { Pool } from '#adapters/store/pool.ts';
import { postgresSource } from '#adapters/store/postgres-source.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import { sqlStore } from '#adapters/store/sql-store.ts';
import type { Log } from '#engine/ports.ts';

/** Opens PostgreSQL (13 or newer); plans stand in schema `forkjoin`, queues in `bullmq`. */
export const openPostgres = async (url: string, log: Log): Promise<Database> => {
  const settings: pg.PoolConfig = {
    connectionString: url,
    max: 10,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
    // BullMQ's statements name its tables without their schema.
    options: '-c search_path=bullmq',
  };
  const pool = new Pool(postgresSource(settings, log));
  try {
    await migrate(pool);
  } catch (cause) {
    await pool.end();
    const { host, port, database } = new pg.Client(settings);
    const why = cause instanceof Error ? cause.message || String(cause) : String(cause);
    throw new DatabaseRefused(
      `PostgreSQL database ${database} at ${host}:${port} (DATABASE_URL) cannot be used: ${why}`,
      { cause },
    );
  }
  const store = sqlStore(pool);
  return {
    kind: 'postgres',
    store,
    backend: { kind: 'pool', pool, alone: false },
    close: () => store.close(),
  };
};
