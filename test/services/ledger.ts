import { PRICES } from '#config/prices.ts';
import type { Budgets } from '#core/spend/budgets.ts';
import type { FleetPause, Spending } from '#core/types.ts';
import { pauseFleet } from '#engine/fleet.ts';
import type { Purse, SpendingScope, Store } from '#engine/ports.ts';
import { type Cashier, openPurse, type Payer } from '#engine/spend/purse.ts';
import { createTill } from '#engine/spend/till.ts';
import { silent } from './log.ts';

type Ledger = {
  /** What all purses of one worker share. */
  readonly cashier: Cashier;
  readonly rows: readonly Spending[];
  readonly pause: () => FleetPause | undefined;
};

const counts = (row: Spending, scope: SpendingScope): boolean =>
  'day' in scope
    ? row.at.startsWith(scope.day)
    : row.plan === scope.plan &&
      (scope.item ?? row.item) === row.item &&
      (scope.attempt ?? row.attempt) === row.attempt;

/** A ledger in memory for purses of the engine: what a test spends is seen in `rows`. */
export const memoryLedger = (
  now = () => new Date().toISOString(),
  append: (rows: readonly Spending[]) => Promise<void> = async () => {},
): Ledger => {
  const rows: Spending[] = [];
  const ledger = new Map<string, unknown>();
  const store: Pick<Store, 'recall' | 'record' | 'spend' | 'spent'> = {
    recall: async (name) => ledger.get(name),
    record: async (name, value) => void ledger.set(name, value),
    spend: async (more) => {
      await append(more);
      rows.push(...more);
    },
    spent: async (scope) => rows.filter((row) => counts(row, scope)).reduce((sum, row) => sum + (row.dollars ?? 0), 0),
  };
  const clock = { now };
  const pause: Cashier['pause'] = (told) => pauseFleet({ store, clock, log: silent }, told);
  return {
    cashier: { store, clock, log: silent, prices: PRICES, till: createTill(), pause },
    rows,
    pause: () => ledger.get('fleet-pause') as FleetPause | undefined,
  };
};

export const aPayer = (more: Partial<Payer> = {}): Payer => ({
  repository: { id: 7, owner: 'octo', name: 'sample' },
  plan: '7-1',
  item: 3,
  attempt: 1,
  agent: 'a',
  kind: 'implement',
  ...more,
});

export const someBudgets = (more: Partial<Budgets> = {}): Budgets => ({
  attempt: undefined,
  item: undefined,
  plan: undefined,
  day: 50,
  tokens: 1_000_000,
  ...more,
});

/** A purse over a ledger of its own. */
export const memoryPurse = (
  budgets: Partial<Budgets> = {},
  ledger = memoryLedger(),
): Omit<Ledger, 'cashier'> & { readonly purse: Purse } => ({
  purse: openPurse(ledger.cashier, aPayer(), someBudgets(budgets)),
  rows: ledger.rows,
  pause: ledger.pause,
});
