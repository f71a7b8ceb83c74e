import type { Sql } from '#adapters/store/sql.ts';
import { sumText } from '#adapters/store/sql-spend.ts';
import type { Bound, Held, Hold } from '#engine/ports.ts';

/** Fractions of a dollar that come of adding. */
const NOISE = 1e-9;

/**
 * Sets dollars aside inside the caller's transaction; whoever else asks waits for its end. Holds are read before the
 * ledger, which grows meanwhile: what moves from one to the other in between counts twice rather than not at all.
 */
export const setAside = async (sql: Sql, hold: Hold, bounds: readonly Bound[], seconds: number): Promise<Held> => {
  await sql.query(`SELECT pg_advisory_xact_lock(hashtext('forkjoin holds'))`);
  const { rows: others } = await sql.query<Omit<Hold, 'id'>>(
    'SELECT plan, item, attempt, dollars FROM forkjoin.hold WHERE id <> $1 AND ends > clock_timestamp()',
    [hold.id],
  );
  const values: unknown[] = [];
  const sums = bounds.map(({ scope }, index) => `(${sumText(scope, values)}) AS "${index}"`);
  const { rows: spent } = await sql.query<Record<string, number>>(`SELECT ${sums.join(', ')}`, values);
  const standing = bounds.map(({ scope }, index) => ({
    spent: Number(spent[0]?.[index] ?? 0),
    held: others.filter((other) => counts(other, scope)).reduce((sum, other) => sum + Number(other.dollars), 0),
  }));
  const held = bounds.every(({ dollars = Number.POSITIVE_INFINITY }, index) => {
    const now = standing[index] ?? { spent: 0, held: 0 };
    return now.spent + now.held + hold.dollars <= dollars + NOISE;
  });
  if (held) await putHolds(sql, [hold], seconds);
  await sql.query('DELETE FROM forkjoin.hold WHERE ends <= clock_timestamp()');
  return { held, standing };
};

/** Puts holds down, or gives them more time; not those whose row is written. */
export const putHolds = async (sql: Sql, holds: readonly Hold[], seconds: number): Promise<void> => {
  await sql.query(
    `INSERT INTO forkjoin.hold (id, plan, item, attempt, dollars, ends)
     SELECT asked.*, clock_timestamp() + make_interval(secs => $6)
     FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::double precision[]) AS asked (id, plan, item, attempt, dollars)
     WHERE NOT EXISTS (SELECT 1 FROM forkjoin.spending WHERE spending.id = asked.id)
     ON CONFLICT (id) DO UPDATE SET dollars = excluded.dollars, ends = excluded.ends`,
    [
      holds.map((hold) => hold.id),
      holds.map((hold) => hold.plan),
      holds.map((hold) => hold.item),
      holds.map((hold) => hold.attempt),
      holds.map((hold) => hold.dollars),
      seconds,
    ],
  );
};

const counts = (other: Omit<Hold, 'id'>, scope: Bound['scope']): boolean =>
  'day' in scope ||
  (other.plan === scope.plan &&
    (scope.item ?? other.item) === other.item &&
    (scope.attempt ?? other.attempt) === other.attempt);
