import { openEmbedded } from '#adapters/store/embedded.ts';
import type { Pool } from '#adapters/store/pool.ts';
import { openPostgres } from '#adapters/store/postgres.ts';
import { openRedis } from '#adapters/store/redis.ts';
import type { Log, Store } from '#engine/ports.ts';

/** Which database holds plans and queues (spec 7). `folder` is absolute and made when it is not there. */
export type Connection =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'embedded'; readonly folder: string };

/** An open database: the store, and what the queues need to live in the same place. */
export type Database = {
  readonly kind: Connection['kind'];
  readonly store: Store;
  /** `alone`: no other process can use this database, so locks found at the start are of the dead. */
  readonly backend:
    | { readonly kind: 'redis'; readonly url: string }
    | { readonly kind: 'pool'; readonly pool: Pool; readonly alone: boolean };
  /** Close the queues and workers first. */
  close(): Promise<void>;
};

/** Opens a database and brings its schema up to date. Throws `DatabaseRefused` with a sentence when it cannot be used. */
export const openDatabase = async (connection: Connection, log: Log): Promise<Database> => {
  switch (connection.kind) {
    case 'redis':
      return await openRedis(connection.url, log);
    case 'postgres':
      return await openPostgres(connection.url, log);
    case 'embedded':
      return await openEmbedded(connection.folder);
  }
};
