import { inTime } from '#adapters/store/in-time.ts';
import type { Pool } from '#adapters/store/pool.ts';
import { applyCommit } from '#adapters/store/sql-commit.ts';
import { putHolds, setAside } from '#adapters/store/sql-holds.ts';
import { appendSpendings, readSpendings, sumSpendings } from '#adapters/store/sql-spend.ts';
import type { Claim, Plan } from '#core/types.ts';
import type { Committed, Outboxed, Store } from '#engine/ports.ts';

/** How often facts older than their 35 days are dropped, milliseconds. */
const PRUNE_EVERY = 6 * 60 * 60 * 1000;

/** The store on any SQL database that `migrate` has prepared; closing it ends the pool. */
export const sqlStore = (pool: Pool): Store => {
  const prune = () =>
    pool.query(`DELETE FROM forkjoin.fact WHERE at < now() - interval '35 days'`).catch(() => undefined);
  void prune();
  const pruning = setInterval(prune, PRUNE_EVERY).unref();

  return {
    async load(plan) {
      const { rows } = await pool.query<{ body: string; version: number }>(
        'SELECT body, version FROM forkjoin.plan WHERE id = $1',
        [plan],
      );
      return rows[0] && { plan: JSON.parse(rows[0].body) as Plan, version: rows[0].version };
    },

    async commit(commit) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const outcome = await applyCommit(client, commit);
        await client.query(outcome === 'saved' ? 'COMMIT' : 'ROLLBACK');
        return outcome;
      } catch (cause) {
        return clash(cause);
      } finally {
        client.release();
      }
    },

    async handled(fact) {
      const { rows } = await pool.query('SELECT 1 FROM forkjoin.fact WHERE id = $1', [fact]);
      return rows.length > 0;
    },

    async plans(repository) {
      const { rows } = await pool.query<{ body: string }>(
        `SELECT body FROM forkjoin.plan WHERE $1::bigint IS NULL OR repository = $1
         ORDER BY repository, split_part(id, '-', 2)::bigint`,
        [repository ?? null],
      );
      return rows.map((row) => JSON.parse(row.body) as Plan);
    },

    async claims(repository) {
      const { rows } = await pool.query<{ version: string; hold: string }>(
        'SELECT version::text, hold FROM forkjoin.claims WHERE repository = $1 ORDER BY plan',
        [repository],
      );
      return {
        version: Math.max(0, ...rows.map((row) => Number(row.version))),
        taken: rows.flatMap((row) => JSON.parse(row.hold) as Claim[]),
      };
    },

    async outbox(limit) {
      const { rows } = await pool.query<{ body: string }>(
        'SELECT body FROM forkjoin.outbox ORDER BY position LIMIT $1',
        [limit],
      );
      return rows.map((row) => JSON.parse(row.body) as Outboxed);
    },

    async relayed(names) {
      if (names.length > 0) await pool.query('DELETE FROM forkjoin.outbox WHERE name = ANY ($1::text[])', [[...names]]);
    },

    async recall(name) {
      const { rows } = await pool.query<{ value: string }>('SELECT value FROM forkjoin.ledger WHERE name = $1', [name]);
      return rows[0] && (JSON.parse(rows[0].value) as unknown);
    },

    async record(name, value) {
      await pool.query(
        'INSERT INTO forkjoin.ledger (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = now()',
        [name, JSON.stringify(value ?? null)],
      );
    },

    async swap(name, before, after) {
      const [was, will] = [JSON.stringify(before ?? null), JSON.stringify(after ?? null)];
      const { rowCount } =
        before === undefined
          ? await pool.query('INSERT INTO forkjoin.ledger (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
              name,
              will,
            ])
          : await pool.query('UPDATE forkjoin.ledger SET value = $3, at = now() WHERE name = $1 AND value = $2', [
              name,
              was,
              will,
            ]);
      return rowCount === 1;
    },

    async hold(hold, bounds, seconds) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const answer = await setAside(client, hold, bounds, seconds);
        await client.query('COMMIT');
        return answer;
      } finally {
        client.release();
      }
    },

    async keepHolds(holds, seconds) {
      if (holds.length > 0) await putHolds(pool, holds, seconds);
    },

    async release(ids) {
      if (ids.length > 0) await pool.query('DELETE FROM forkjoin.hold WHERE id = ANY ($1::text[])', [[...ids]]);
    },

    spend: (rows) => appendSpendings(pool, rows),
    spent: (scope) => sumSpendings(pool, scope),
    spendings: (since) => readSpendings(pool, since),

    async ping() {
      await inTime(pool.query('SELECT 1'), 3000, 'The database does not answer');
    },

    async close() {
      clearInterval(pruning);
      await pool.end();
    },
  };
};

/** PostgreSQL gave one of two transactions up for the other (serialization failure, deadlock): the same as a moved version. */
const clash = (cause: unknown): Committed => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === '40001' || code === '40P01') return 'conflict';
  throw new Error('The database could not save a plan', { cause });
};
