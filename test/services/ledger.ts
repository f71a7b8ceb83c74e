import { PRICES } from '#config/prices.ts';
import type { Budgets } from '#core/spend/budgets.ts';
import type { FleetPause, Spending } from '#core/types.ts';
import { pauseFleet } from '#engine/fleet.ts';
import type { Purse, Store } from '#engine/ports.ts';
import { openPurse } from '#engine/spend/purse.ts';
import { createTill } from '#engine/spend/till.ts';
import { silent } from './log.ts';

/** The engine's purse over a ledger in memory: what a test of an adapter spends is seen in `rows`. */
export const memoryPurse = (
  budgets: Partial<Budgets> = {},
  prices = PRICES,
): { readonly purse: Purse; readonly rows: readonly Spending[]; readonly pause: () => FleetPause | undefined } => {
  const rows: Spending[] = [];
  const ledger = new Map<string, unknown>();
  const store: Pick<Store, 'recall' | 'record' | 'spend' | 'spent'> = {
    recall: async (name) => ledger.get(name),
    record: async (name, value) => void ledger.set(name, value),
    spend: async (more) => void rows.push(...more),
    spent: async () => rows.reduce((sum, row) => sum + (row.dollars ?? 0), 0),
  };
  const clock = { now: () => new Date().toISOString() };
  const purse = openPurse(
    {
      store,
      clock,
      log: silent,
      prices,
      till: createTill(),
      pause: (told) => pauseFleet({ store, clock, log: silent }, told),
    },
    {
      repository: { id: 7, owner: 'octo', name: 'sample' },
      plan: '7-1',
      item: 3,
      attempt: 1,
      agent: 'a',
      kind: 'implement',
    },
    { attempt: undefined, item: undefined, plan: undefined, day: 50, tokens: 1_000_000, ...budgets },
  );
  return { purse, rows, pause: () => ledger.get('fleet-pause') as FleetPause | undefined };
};
