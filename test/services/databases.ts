import { Redis } from 'ioredis';
import { type Connection, type Database, openDatabase } from '#adapters/store/open.ts';
import { silent } from './log.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { folder } from './server.ts';

export const KINDS = ['redis', 'postgres', 'embedded'] as const;

/** A database of one kind for a whole file of tests. */
export type Place = {
  readonly connection: Connection;
  readonly database: Database;
  /** A second process's view; the embedded database has only the one. */
  another(): Promise<Database>;
  /** Forgets everything. */
  clear(): Promise<void>;
  stop(): Promise<void>;
};

export const openPlace = async (kind: Connection['kind']): Promise<Place> => {
  const { connection, stop } = await serve(kind);
  const database = await openDatabase(connection, silent);
  const others: Database[] = [];
  return {
    connection,
    database,
    async another() {
      if (kind === 'embedded') return database;
      const other = await openDatabase(connection, silent);
      others.push(other);
      return other;
    },
    async clear() {
      if (database.backend.kind === 'pool') {
        const { rows } = await database.backend.pool.query<{ name: string }>(
          `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
           WHERE schemaname IN ('forkjoin', 'bullmq') AND tablename <> 'migration'`,
        );
        await database.backend.pool.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
        return;
      }
      const redis = new Redis(database.backend.url);
      await redis.flushall();
      redis.disconnect();
    },
    async stop() {
      await Promise.all([database, ...others].map((open) => open.close()));
      await stop();
    },
  };
};

const serve = async (kind: Connection['kind']): Promise<{ connection: Connection; stop(): Promise<void> }> => {
  if (kind === 'embedded') {
    const data = await folder('embedded');
    return { connection: { kind, folder: data.path }, stop: data.remove };
  }
  const server = kind === 'redis' ? await startRedis() : await startPostgres();
  return { connection: { kind, url: server.url }, stop: server.stop };
};
