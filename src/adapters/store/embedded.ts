import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { lockFolder } from '#adapters/store/folder-lock.ts';
import { migrate } from '#adapters/store/migrations.ts';
import type { Database } from '#adapters/store/open.ts';
import { Pool } from '#adapters/store/pool.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import type { Lease, Source } from '#adapters/store/sql.ts';
import { sqlStore } from '#adapters/store/sql-store.ts';
import { turns } from '#adapters/store/turns.ts';

/** Opens the PostgreSQL that lives in this process, its files under `folder`. One process at a time: a second is refused. */
export const openEmbedded = async (folder: string): Promise<Database> => {
  const unlock = await lockFolder(folder);
  const files = join(folder, 'database');
  try {
    const pool = new Pool(source(await PGlite.create({ dataDir: files })));
    // BullMQ's statements name its tables without their schema.
    await pool.query('SET search_path TO bullmq');
    await migrate(pool);
    // Nobody else has this database: what was set aside for requests is of the dead.
    await pool.query('DELETE FROM forkjoin.hold');
    const store = sqlStore(pool);
    const close = async () => {
      await store.close();
      await unlock();
    };
    return { kind: 'embedded', store, backend: { kind: 'pool', pool, alone: true }, close };
  } catch (cause) {
    await unlock();
    const why = (cause instanceof Error && cause.message) || 'its files are not a database';
    throw new DatabaseRefused(
      `The embedded database in ${files} cannot be opened: ${why}. Restore that folder, or move it away to start with an empty one.`,
      { cause },
    );
  }
};

/** One connection that is lent in turns: whoever said BEGIN keeps the turn, since there is only one session for all. */
const source = (database: PGlite): Source => {
  const take = turns();
  const lease = async (): Promise<Lease> => {
    const release = await take();
    // PGlite never waits for anything, so without this a stream of queries would keep timers and requests waiting.
    await setImmediate();
    if (database.closed) {
      release();
      throw new Error('The embedded database is closed');
    }
    return { release, query: (text, params) => query(database, text, params) };
  };
  return {
    lease,
    listen: async (channel, hear) => {
      const release = await take();
      try {
        return await database.listen(channel, hear);
      } finally {
        release();
      }
    },
    end: async () => {
      const release = await take();
      await database.close();
      release();
    },
  };
};

/** Without parameters a text may hold several statements (migrations): the rows are those of the last. */
const query = async <R>(database: PGlite, text: string, params: readonly unknown[] | undefined) => {
  const result = params ? await database.query<R>(text, [...params]) : (await database.exec(text)).at(-1);
  const rows = (result?.rows ?? []) as R[];
  return { rows, rowCount: result?.affectedRows || rows.length };
};
