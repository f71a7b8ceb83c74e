import { type Budgets, dollarsLeft, spentBudget } from '#core/spend/budgets.ts';
import { dollarsOf, outputFor, type Prices, priceOf } from '#core/spend/price.ts';
import { weighed } from '#core/spend/tokens.ts';
import type { Spending } from '#core/types.ts';
import { fleetPause, type Refusal } from '#engine/fleet.ts';
import type { Clock, Log, Purse, Store, Usage } from '#engine/ports.ts';
import type { Account, Sums, Till } from '#engine/spend/till.ts';
import { keepUnpriced } from '#engine/spend/unpriced.ts';

/** What all purses of a worker share. */
export type Cashier = {
  readonly store: Pick<Store, 'recall' | 'record' | 'spend' | 'spent'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly prices: Prices;
  readonly till: Till;
  /** The provider refused a request because there are too many. */
  readonly pause: (told: Refusal) => Promise<unknown>;
};

/** Whose requests a purse pays for. */
export type Payer = Omit<Spending, 'id' | 'at' | 'model' | 'tokens' | 'dollars' | 'estimated'>;

/** A purse that knows only what this worker saw of its attempt would forget a crash: sums come from the ledger. */
export const openPurse = (cashier: Cashier, payer: Payer, budgets: Budgets): Purse => {
  const { store, clock, log, prices, till, pause: pauseAll } = cashier;
  const { plan, item, attempt } = payer;
  /** Sums of the ledger, and what this worker had written by then: what it wrote since comes on top. */
  let known = { attempt: 0, item: 0, plan: 0, day: 0 };
  let then: Sums = { item: 0, plan: 0, day: 0 };
  let looked = '';
  let weight = 0;
  let priceless = true;
  const unpriced = new Set<string>();
  const account = (): Account => ({ plan, item, day: clock.now().slice(0, 10) });

  const priced = ({ model, tokens }: Usage): number | undefined => {
    const price = priceOf(prices, model);
    return price === undefined ? undefined : dollarsOf(price, tokens);
  };
  const refresh = async (): Promise<void> => {
    // Before the ledger is read: what is written in between counts twice rather than not at all, until the next look.
    const { day } = account();
    const now = till.recorded(account());
    const [ofAttempt, ofItem, ofPlan, ofDay] = await Promise.all([
      store.spent({ plan, item, attempt }),
      store.spent({ plan, item }),
      store.spent({ plan }),
      store.spent({ day }),
    ]);
    known = { attempt: ofAttempt, item: ofItem, plan: ofPlan, day: ofDay };
    then = now;
    looked = day;
  };
  /** An item has one attempt at a time, so that what is spent on it meanwhile is the attempt's. */
  const standing = (): typeof known => {
    const [under, recorded] = [till.under(account()), till.recorded(account())];
    return {
      attempt: known.attempt + under.item + recorded.item - then.item,
      item: known.item + under.item + recorded.item - then.item,
      plan: known.plan + under.plan + recorded.plan - then.plan,
      // An answer that streams over midnight is not measured by yesterday's money.
      day: (looked === account().day ? known.day - then.day : 0) + under.day + recorded.day,
    };
  };
  const sayUnpriced = async (model: string): Promise<void> => {
    if (unpriced.has(model)) return;
    unpriced.add(model);
    await keepUnpriced(store, plan, model);
    log.warn(
      { model, plan, item, tokens: budgets.tokens },
      'A model without a price is used: its requests are counted in tokens, and budgets in dollars do not see them. Give it one under `prices` in forkjoin.yml.',
    );
  };

  return {
    admit: async (model) => {
      const pause = await fleetPause({ store, clock });
      if (pause !== undefined) return { kind: 'wait', until: pause.until };
      await refresh();
      const spent = { ...standing(), tokens: weight };
      const budget = spentBudget(budgets, spent, model, 'used up');
      if (budget !== undefined) return { kind: 'spent', budget };
      const price = priceOf(prices, model);
      return {
        kind: 'go',
        output: price === undefined ? budgets.tokens - weight : outputFor(price, dollarsLeft(budgets, spent)),
      };
    },

    running: (request, usage) => {
      const dollars = priced(usage);
      till.set(request, account(), dollars ?? 0);
      const tokens = weight + (dollars === undefined ? weighed(usage.tokens) : 0);
      return spentBudget(budgets, { ...standing(), tokens }, usage.model, 'passed');
    },

    record: async (request, usage) => {
      const dollars = priced(usage);
      const { model, tokens, estimated } = usage;
      if (dollars === undefined) await sayUnpriced(model);
      await store.spend([
        {
          ...payer,
          id: request,
          at: clock.now(),
          model,
          tokens,
          ...(dollars === undefined ? {} : { dollars }),
          ...(estimated ? { estimated } : {}),
        },
      ]);
      till.record(request, account(), dollars ?? 0);
      if (dollars === undefined) weight += weighed(tokens);
      else priceless = false;
    },

    limited: async (told) => {
      await pauseAll(told);
    },

    total: () => {
      const cost = known.attempt + till.recorded(account()).item - then.item;
      return priceless && cost === 0 ? {} : { cost };
    },
  };
};
