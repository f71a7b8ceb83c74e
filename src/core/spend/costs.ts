import { NO_TOKENS, together } from '#core/spend/tokens.ts';
import type { Spending, Tokens } from '#core/types.ts';

/** By what costs can be told; days are those of UTC. */
export const BY = ['day', 'repository', 'plan', 'item', 'attempt', 'agent', 'model', 'kind'] as const;
export type By = (typeof BY)[number];

/** Sum over some rows of the ledger. `unpriced`: requests to models without a price; `estimated`: those that broke off. */
export type CostSum = {
  readonly requests: number;
  readonly tokens: Tokens;
  readonly dollars: number;
  readonly unpriced: number;
  readonly estimated: number;
};

export type CostGroup = Readonly<Partial<Record<By, string | number>>> & CostSum;

const NOTHING: CostSum = { requests: 0, tokens: NO_TOKENS, dollars: 0, unpriced: 0, estimated: 0 };

/** What was spent, by the given columns in their order of precedence, and in all. */
export const costs = (
  rows: readonly Spending[],
  by: readonly By[],
): { readonly groups: readonly CostGroup[]; readonly total: CostSum } => {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(by.map((column) => valueOf(row, column))));
  const told = [...groups.values()].map((group): CostGroup => {
    const [first] = group;
    const names = first === undefined ? [] : by.map((column) => [column, valueOf(first, column)]);
    return { ...Object.fromEntries(names), ...sum(group) };
  });
  return { groups: told.sort((a, b) => order(a, b, by)), total: sum(rows) };
};

/** Billionths of a dollar are noise of adding. */
const rounded = (total: CostSum): CostSum => ({ ...total, dollars: Number(total.dollars.toFixed(9)) });

const sum = (rows: readonly Spending[]): CostSum =>
  rounded(
    rows.reduce(
      (total, row) => ({
        requests: total.requests + 1,
        tokens: together(total.tokens, row.tokens),
        dollars: total.dollars + (row.dollars ?? 0),
        unpriced: total.unpriced + (row.dollars === undefined ? 1 : 0),
        estimated: total.estimated + (row.estimated === true ? 1 : 0),
      }),
      NOTHING,
    ),
  );

const valueOf = (row: Spending, column: By): string | number => {
  const repository = `${row.repository.owner}/${row.repository.name}`;
  switch (column) {
    case 'day':
      return row.at.slice(0, 10);
    case 'repository':
      return repository;
    case 'plan':
      return `${repository}#${row.plan.slice(row.plan.lastIndexOf('-') + 1)}`;
    case 'item':
    case 'attempt':
    case 'agent':
    case 'model':
    case 'kind':
      return row[column];
  }
};

const order = (a: CostGroup, b: CostGroup, by: readonly By[]): number => {
  for (const column of by) {
    const [one, other] = [a[column] ?? '', b[column] ?? ''];
    if (one === other) continue;
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    return String(one) < String(other) ? -1 : 1;
  }
  return 0;
};
