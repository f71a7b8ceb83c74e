import { type Allowance, budgetsOf } from '#core/spend/budgets.ts';
import type { Prices } from '#core/spend/price.ts';
import type { Plan, WorkKind } from '#core/types.ts';
import { pauseFleet, type Refusal } from '#engine/fleet.ts';
import type { Ports, Purse } from '#engine/ports.ts';
import { announce } from '#engine/spend/closed.ts';
import { openPurse } from '#engine/spend/purse.ts';

/** What money a worker knows of: prices, and what the operator allows. */
export type Money = { readonly prices: Prices; readonly allowance: Allowance };

/** Who spends: an agent on an item of a plan, or on the plan issue itself. */
export type Spender = {
  readonly item: number;
  readonly attempt: number;
  readonly agent: string;
  readonly kind: WorkKind;
};

/** The purse of one start of an agent. */
export const purseFor = (ports: Ports, plan: Plan, { item, attempt, agent, kind }: Spender): Purse => {
  const { id, owner, name } = plan.repository;
  const budgets = budgetsOf(plan, item, ports.money.allowance);
  return openPurse(
    {
      store: ports.store,
      clock: ports.clock,
      log: ports.log,
      prices: ports.money.prices,
      pause: (told) => pauseAll(ports, told),
    },
    { repository: { id, owner, name }, plan: plan.id, item, attempt, agent, kind },
    budgets,
  );
};

/** Everybody waits, and every panel with agents at work says so. */
const pauseAll = async (ports: Ports, told: Refusal): Promise<void> => {
  const pause = await pauseFleet(ports, told);
  await announce(ports, await ports.store.plans(), { why: 'pause', until: pause.until, pause });
};
