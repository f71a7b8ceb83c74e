import type { Pool } from '#adapters/store/pool.ts';

/** The schema's history: a version is the place in this list, so entries are appended and never edited. Texts hold JSON (jsonb cannot hold U+0000). */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE forkjoin.plan (
     id text PRIMARY KEY, repository bigint NOT NULL, version integer NOT NULL, body text NOT NULL);
   CREATE INDEX plan_by_repository ON forkjoin.plan (repository);
   CREATE TABLE forkjoin.fact (id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
   CREATE INDEX fact_by_age ON forkjoin.fact (at);
   CREATE TABLE forkjoin.claims (
     repository bigint, plan text, version bigint NOT NULL, hold text NOT NULL, PRIMARY KEY (repository, plan));
   CREATE TABLE forkjoin.outbox (position bigserial PRIMARY KEY, name text UNIQUE NOT NULL, body text NOT NULL);
   CREATE TABLE forkjoin.ledger (name text PRIMARY KEY, value text NOT NULL, at timestamptz NOT NULL DEFAULT now());`,
  `CREATE TABLE forkjoin.spending (
     id text PRIMARY KEY, at timestamptz NOT NULL, plan text NOT NULL, item integer NOT NULL, attempt integer NOT NULL,
     dollars double precision NOT NULL, body text NOT NULL);
   CREATE INDEX spending_by_plan ON forkjoin.spending (plan);
   CREATE INDEX spending_by_time ON forkjoin.spending (at);`,
  `CREATE TABLE forkjoin.hold (
     id text PRIMARY KEY, plan text NOT NULL, item integer NOT NULL, attempt integer NOT NULL,
     dollars double precision NOT NULL, ends timestamptz NOT NULL);`,
];

/** Brings schema `forkjoin` up to date, once, however many processes start together. Refuses a schema newer than this program. */
export const migrate = async (pool: Pool): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('forkjoin migrations'))`);
    await client.query('CREATE SCHEMA IF NOT EXISTS forkjoin');
    await client.query(
      'CREATE TABLE IF NOT EXISTS forkjoin.migration (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ version: number }>(
      'SELECT coalesce(max(version), 0) AS version FROM forkjoin.migration',
    );
    const from = rows[0]?.version ?? 0;
    if (from > MIGRATIONS.length) {
      throw new Error(
        `The database has schema version ${from}, this program knows ${MIGRATIONS.length}: run a newer Forkjoin.`,
      );
    }
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < from) continue;
      await client.query(sql);
      await client.query('INSERT INTO forkjoin.migration (version) VALUES ($1)', [index + 1]);
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
};
