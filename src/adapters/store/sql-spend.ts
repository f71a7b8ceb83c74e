import type { Sql } from '#adapters/store/sql.ts';
import type { Instant, Spending } from '#core/types.ts';
import type { SpendingScope } from '#engine/ports.ts';

/** Appends to the cost ledger and frees what was set aside for it; a row that is there already stays as it is. */
export const appendSpendings = async (sql: Sql, rows: readonly Spending[]): Promise<void> => {
  if (rows.length === 0) return;
  await sql.query(
    `WITH freed AS (DELETE FROM forkjoin.hold WHERE id = ANY ($1::text[]))
     INSERT INTO forkjoin.spending (id, at, plan, item, attempt, dollars, body)
     SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::int[], $5::int[], $6::double precision[], $7::text[])
     ON CONFLICT DO NOTHING`,
    [
      rows.map((row) => row.id),
      rows.map((row) => row.at),
      rows.map((row) => row.plan),
      rows.map((row) => row.item),
      rows.map((row) => row.attempt),
      rows.map((row) => row.dollars ?? 0),
      rows.map((row) => JSON.stringify(row)),
    ],
  );
};

/** US dollars of a scope. */
export const sumSpendings = async (sql: Sql, scope: SpendingScope): Promise<number> => {
  const values: unknown[] = [];
  const { rows } = await sql.query<{ sum: number }>(sumText(scope, values), values);
  return Number(rows[0]?.sum ?? 0);
};

/** The query for a sum; what it asks about is added to `values`. */
export const sumText = (scope: SpendingScope, values: unknown[]): string => {
  const value = (one: unknown): string => `$${values.push(one)}`;
  if ('day' in scope) {
    const from = `(${value(scope.day)}::text || 'T00:00:00Z')::timestamptz`;
    return `SELECT coalesce(sum(dollars), 0) AS sum FROM forkjoin.spending
            WHERE at >= ${from} AND at < ${from} + interval '1 day'`;
  }
  const [item, attempt] = [value(scope.item ?? null), value(scope.attempt ?? null)];
  return `SELECT coalesce(sum(dollars), 0) AS sum FROM forkjoin.spending
          WHERE plan = ${value(scope.plan)} AND (${item}::int IS NULL OR item = ${item}::int)
          AND (${attempt}::int IS NULL OR attempt = ${attempt}::int)`;
};

/** Rows in order of time. */
export const readSpendings = async (sql: Sql, since: Instant | undefined): Promise<readonly Spending[]> => {
  const { rows } = await sql.query<{ body: string }>(
    'SELECT body FROM forkjoin.spending WHERE $1::timestamptz IS NULL OR at >= $1 ORDER BY at, id',
    [since ?? null],
  );
  return rows.map((row) => JSON.parse(row.body) as Spending);
};
