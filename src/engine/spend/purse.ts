import { type Budgets, passedBy, roomIn, usedUp } from '#core/spend/budgets.ts';
import { type Grant, partGrant, wholeGrant } from '#core/spend/grant.ts';
import { dearest, dollarsOf, type Prices, priceOf } from '#core/spend/price.ts';
import { weighed } from '#core/spend/tokens.ts';
import type { Price, Spending, SpentBudget } from '#core/types.ts';
import { fleetPause, type Refusal } from '#engine/fleet.ts';
import type { Admission, Ask, Clock, Log, Purse, Store, Usage } from '#engine/ports.ts';
import { openHolds } from '#engine/spend/holds.ts';
import { tokensLeft } from '#engine/spend/tokens-left.ts';
import { keepUnpriced } from '#engine/spend/unpriced.ts';

/** What all purses of a worker share. */
export type Cashier = {
  readonly store: Pick<Store, 'recall' | 'swap' | 'hold' | 'keepHolds' | 'release' | 'spend'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly prices: Prices;
  /** The provider refused a request because there are too many. */
  readonly pause: (told: Refusal) => Promise<unknown>;
};

/** Whose requests a purse pays for. */
export type Payer = Omit<Spending, 'id' | 'at' | 'model' | 'tokens' | 'dollars' | 'estimated'>;

/** Tokens of output that are set aside at once when an answer uses more than was thought. */
const MORE = 2_048;

/** How often what is left is asked for, when others take it in between. */
const TRIES = 5;

/** Money of one attempt. What is spent and set aside stands in the store: other workers and a crash change nothing. */
export const openPurse = (cashier: Cashier, payer: Payer, budgets: Budgets): Purse => {
  const { store, clock, log, prices, pause: pauseAll } = cashier;
  const { plan, item } = payer;
  const holds = openHolds(cashier, payer, budgets);
  const tokens = tokensLeft(budgets.tokens);
  const unpriced = new Set<string>();
  /** What a start that died had spent on this attempt, and what was spent since. */
  let before: number | undefined;
  let own: number | undefined;

  const release = async (request: string): Promise<void> => {
    tokens.use(request, 0);
    holds.forget(request);
    await store.release([request]);
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
  /** Asks for all that a request can cost, then for what is left. */
  const admitPriced = async (ask: Ask, price: Price): Promise<Admission> => {
    const rate = dearest(price, ask.input);
    let grant: Grant | undefined = wholeGrant(rate, ask);
    let isOwn = false;
    for (let tries = 0; grant !== undefined && tries < TRIES; tries += 1) {
      const { held, standing } = await holds.take(ask.request, grant.amount);
      before ??= standing.attempt.spent;
      const budget = usedUp(budgets, standing);
      if (budget !== undefined) {
        if (held) await release(ask.request);
        return { kind: 'spent', budget };
      }
      if (held) return { kind: 'go', output: grant.output };
      grant = partGrant(rate, ask, roomIn(budgets, standing));
      isOwn = standing.attempt.held > 0;
    }
    return { kind: 'busy', own: isOwn };
  };
  /** Budgets in dollars stop it when they are spent, and a cap of tokens stands in their place. */
  const admitUnpriced = async (ask: Ask): Promise<Admission> => {
    const { standing } = await holds.take(ask.request, 0);
    before ??= standing.attempt.spent;
    const budget = usedUp(budgets, standing);
    const grant = budget === undefined ? tokens.take(ask.request, ask) : undefined;
    if (typeof grant === 'object') return { kind: 'go', output: grant.output };
    await release(ask.request);
    if (grant === 'busy') return { kind: 'busy', own: true };
    return { kind: 'spent', budget: budget ?? { of: 'tokens', tokens: budgets.tokens, model: ask.model } };
  };
  /** More is set aside for an answer that needs it, while there is more. */
  const extend = async (request: string, used: number, price: Price): Promise<SpentBudget | undefined> => {
    const rate = dearest(price, 0);
    for (const dollars of [used + MORE * rate.output, used]) {
      const { held, standing } = await holds.take(request, dollars);
      if (held) return undefined;
      const budget = dollars === used ? passedBy(budgets, standing, used) : undefined;
      if (budget !== undefined) return budget;
    }
    return undefined;
  };

  return {
    paused: async () => (await fleetPause({ store, clock }))?.until,

    admit: async (ask) => {
      const pause = await fleetPause({ store, clock });
      if (pause !== undefined) return { kind: 'wait', until: pause.until };
      const price = priceOf(prices, ask.model);
      return await (price === undefined ? admitUnpriced(ask) : admitPriced(ask, price));
    },

    running: async (request, usage) => {
      const price = priceOf(prices, usage.model);
      if (price === undefined)
        return tokens.passes(request, weighed(usage.tokens))
          ? { of: 'tokens', tokens: budgets.tokens, model: usage.model }
          : undefined;
      const used = dollarsOf(price, usage.tokens);
      return used <= holds.of(request) ? undefined : await extend(request, used, price);
    },

    record: async (request, usage: Usage) => {
      const price = priceOf(prices, usage.model);
      const { model, estimated } = usage;
      const dollars = price === undefined ? {} : { dollars: dollarsOf(price, usage.tokens) };
      if (price === undefined) await sayUnpriced(model);
      const row = { ...payer, id: request, at: clock.now(), model, tokens: usage.tokens, ...dollars };
      await store.spend([{ ...row, ...(estimated ? { estimated } : {}) }]);
      holds.forget(request);
      tokens.use(request, price === undefined ? weighed(usage.tokens) : 0);
      if (dollars.dollars !== undefined) own = (own ?? 0) + dollars.dollars;
    },

    release,

    limited: async (told) => {
      await pauseAll(told);
    },

    total: () => {
      const cost = (before ?? 0) + (own ?? 0);
      return own === undefined && cost === 0 ? {} : { cost };
    },
  };
};
