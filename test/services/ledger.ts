import { PRICES } from '#config/prices.ts';
import type { Budgets } from '#core/spend/budgets.ts';
import type { FleetPause, Spending } from '#core/types.ts';
import { pauseFleet } from '#engine/fleet.ts';
import type { Hold, Purse, SpendingScope } from '#engine/ports.ts';
import { type Cashier, openPurse, type Payer } from '#engine/spend/purse.ts';
import { silent } from './log.ts';

type Ledger = {
  /** What all purses of one worker share. */
  readonly cashier: Cashier;
  /** What is set aside at this moment. */
  readonly holds: ReadonlyMap<string, Hold>;
  readonly rows: readonly Spending[];
  readonly pause: () => FleetPause | undefined;
};

const counts = (row: Pick<Spending, 'plan' | 'item' | 'attempt'>, scope: SpendingScope): boolean =>
  'day' in scope
    ? !('at' in row) || String(row.at).startsWith(scope.day)
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
  const holds = new Map<string, Hold>();
  const sum = (all: readonly (Hold | Spending)[], scope: SpendingScope): number =>
    all.filter((one) => counts(one, scope)).reduce((total, one) => total + (one.dollars ?? 0), 0);
  const store: Cashier['store'] = {
    recall: async (name) => ledger.get(name),
    swap: async (name, before, after) => {
      if (JSON.stringify(ledger.get(name)) !== JSON.stringify(before)) return false;
      ledger.set(name, after);
      return true;
    },
    hold: async (hold, bounds) => {
      const others = [...holds.values()].filter(({ id }) => id !== hold.id);
      const standing = bounds.map(({ scope }) => ({ spent: sum(rows, scope), held: sum(others, scope) }));
      const held = bounds.every(
        ({ dollars = Number.POSITIVE_INFINITY }, index) =>
          (standing[index]?.spent ?? 0) + (standing[index]?.held ?? 0) + hold.dollars <= dollars + 1e-9,
      );
      if (held) holds.set(hold.id, hold);
      return { held, standing };
    },
    keepHolds: async () => undefined,
    release: async (ids) => {
      for (const id of ids) holds.delete(id);
    },
    spend: async (more) => {
      await append(more);
      rows.push(...more);
      for (const { id } of more) holds.delete(id);
    },
  };
  const clock = { now };
  const pause: Cashier['pause'] = (told) => pauseFleet({ store, clock, log: silent }, told);
  return {
    cashier: { store, clock, log: silent, prices: PRICES, pause },
    holds,
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
  payer: Partial<Payer> = {},
): Omit<Ledger, 'cashier'> & { readonly purse: Purse } => ({
  purse: openPurse(ledger.cashier, aPayer(payer), someBudgets(budgets)),
  rows: ledger.rows,
  holds: ledger.holds,
  pause: ledger.pause,
});
