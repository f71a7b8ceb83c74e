import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { postgresListener } from '#adapters/store/postgres-listener.ts';
import type { Source } from '#adapters/store/sql.ts';
import type { Log } from '#engine/ports.ts';

/** How long a server that is away is waited for before a query fails, milliseconds: a restart is not worth an error. */
const PATIENCE = 5000;
const BETWEEN = 250;

/** Connections to a PostgreSQL server, and one more that listens. */
export const postgresSource = (settings: pg.PoolConfig, log: Log): Source => {
  const connections = new pg.Pool(settings);
  const onLost = (error: Error) => log.warn({ error: error.message }, 'A connection to PostgreSQL was lost');
  // A connection that is lost in the turn in which it is handed out would have nobody to hear it, and end the process.
  connections.on('connect', (client) => client.on('error', onLost));
  // Lost while nobody used it: said above.
  connections.on('error', () => {});
  const listener = postgresListener(settings);
  return {
    lease: async () => {
      const client = await connectPatiently(connections);
      return {
        query: async <R>(text: string, params?: readonly unknown[]) => {
          const { rows, rowCount } = await client.query(text, params && [...params]).catch(explain);
          return { rows: rows as R[], rowCount: rowCount ?? 0 };
        },
        release: () => client.release(),
      };
    },
    listen: listener.listen,
    end: async () => {
      await listener.end();
      await connections.end();
    },
  };
};

const connectPatiently = async (connections: pg.Pool): Promise<pg.PoolClient> => {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await connections.connect();
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      await wait(BETWEEN);
    }
  }
};

/** Gives every loss of a connection the code by which BullMQ knows it: it then repeats its step instead of failing the job. */
const explain = (cause: unknown): never => {
  if (!isAway(cause)) throw cause;
  throw Object.assign(new Error('The connection to PostgreSQL was lost', { cause }), { code: 'ECONNREFUSED' });
};

/** The server is away or coming up (57P01 to 57P03), or the connection broke; not: it refuses us. */
const isAway = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return /^(?:ECONN\w+|EPIPE|57P0[123])$/.test(code) || /connection (?:terminated|error)/i.test(error.message);
};
