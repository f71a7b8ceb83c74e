import pg from 'pg';
import { migrate } from '#adapters/store/migrations.ts';
import type { Database } from '#adapters/store/open.ts';
import { Pool } from '#adapters/store/pool.ts';
import { postgresListener } from '#adapters/store/postgres-listener.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import type { Source } from '#adapters/store/sql.ts';
import { sqlStore } from '#adapters/store/sql-store.ts';
import type { Log } from '#engine/ports.ts';

/** Connections of one process for commands; one more listens. */
const CONNECTIONS = 10;

/** Opens PostgreSQL (13 or newer); plans stand in schema `forkjoin`, queues in `bullmq`. */
export const openPostgres = async (url: string, log: Log): Promise<Database> => {
  const settings: pg.PoolConfig = {
    connectionString: url,
    max: CONNECTIONS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
    // BullMQ's statements name its tables without their schema.
    options: '-c search_path=bullmq',
  };
  const connections = new pg.Pool(settings);
  connections.on('error', (error) => log.warn({ error: error.message }, 'An idle connection to PostgreSQL was lost'));
  const listener = postgresListener(settings);
  const source: Source = {
    lease: async () => {
      const client = await connections.connect();
      const lent = (error: Error) => log.warn({ error: error.message }, 'A connection to PostgreSQL was lost in use');
      client.on('error', lent);
      return {
        query: async <R>(text: string, params?: readonly unknown[]) => {
          const { rows, rowCount } = await client.query(text, params && [...params]);
          return { rows: rows as R[], rowCount: rowCount ?? 0 };
        },
        release: () => {
          client.off('error', lent);
          client.release();
        },
      };
    },
    listen: listener.listen,
    end: async () => {
      await listener.end();
      await connections.end();
    },
  };
  const pool = new Pool(source);
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
  return { kind: 'postgres', store, backend: { kind: 'pool', pool, alone: false }, close: () => store.close() };
};
