import type { Sql } from '#adapters/store/sql.ts';
import type { Commit, Committed, Outboxed } from '#engine/ports.ts';

/**
 * The steps of a commit inside the caller's transaction; anything but `saved` is to be rolled back. All commits take
 * their locks in this order (facts sorted, plan, claims, outbox), so that two never wait for each other.
 */
export const applyCommit = async (sql: Sql, commit: Commit): Promise<Committed> => {
  if (!(await takeFacts(sql, commit.facts))) return 'already';
  if (!(await savePlan(sql, commit))) return 'conflict';
  if (commit.claims && !(await saveClaims(sql, commit, commit.claims))) return 'conflict';
  await appendEffects(sql, commit);
  return 'saved';
};

const takeFacts = async (sql: Sql, facts: readonly string[]): Promise<boolean> => {
  const ids = [...new Set(facts)].sort();
  if (ids.length === 0) return true;
  const taken = await sql.query('INSERT INTO forkjoin.fact (id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [
    ids,
  ]);
  return taken.rowCount === ids.length;
};

const savePlan = async (sql: Sql, { plan, expected }: Commit): Promise<boolean> => {
  const body = JSON.stringify(plan);
  const saved =
    expected === 0
      ? await sql.query(
          'INSERT INTO forkjoin.plan (id, repository, version, body) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING',
          [plan.id, plan.repository.id, body],
        )
      : await sql.query('UPDATE forkjoin.plan SET version = version + 1, body = $3 WHERE id = $1 AND version = $2', [
          plan.id,
          expected,
          body,
        ]);
  return saved.rowCount === 1;
};

/** A row per plan says at which version it last changed the repository's claims: only changes by others refuse. */
const saveClaims = async (sql: Sql, { plan }: Commit, claims: NonNullable<Commit['claims']>): Promise<boolean> => {
  const repository = plan.repository.id;
  await sql.query(`SELECT pg_advisory_xact_lock(hashtext('forkjoin claims'), hashtext($1))`, [String(repository)]);
  const { rows } = await sql.query<{ moved: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM forkjoin.claims WHERE repository = $1 AND plan <> $2 AND version > $3) AS moved',
    [repository, plan.id, claims.version],
  );
  if (rows[0]?.moved !== false) return false;
  await sql.query(
    `INSERT INTO forkjoin.claims (repository, plan, version, hold)
     SELECT $1, $2, coalesce(max(version), 0) + 1, $3 FROM forkjoin.claims WHERE repository = $1
     ON CONFLICT (repository, plan) DO UPDATE SET version = excluded.version, hold = excluded.hold`,
    [repository, plan.id, JSON.stringify(claims.hold)],
  );
  return true;
};

/** The lock is held until the commit, so that positions ascend in the order in which commits become visible. */
const appendEffects = async (sql: Sql, { plan, effects }: Commit): Promise<void> => {
  if (effects.length === 0) return;
  await sql.query(`SELECT pg_advisory_xact_lock(hashtext('forkjoin outbox'))`);
  const bodies = effects.map((effect): Outboxed => ({ plan: plan.id, repository: plan.repository, effect }));
  await sql.query(
    `INSERT INTO forkjoin.outbox (name, body)
     SELECT name, body FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (name, body, place) ORDER BY place
     ON CONFLICT DO NOTHING`,
    [effects.map((effect) => effect.name), bodies.map((body) => JSON.stringify(body))],
  );
};
