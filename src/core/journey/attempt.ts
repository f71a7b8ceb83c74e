import { attemptLimit, triesAgain } from '#core/dispatch/retry.ts';
import { fixOf, stillHeld, unfixed } from '#core/journey/fix.ts';
import { itemOf, withItem } from '#core/journey/step.ts';
import type { Fact, Failure, Instant, Item, ItemState, Plan } from '#core/types.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/**
 * A worker wants to start an attempt. Granted when the attempt is the one that is queued. When another claim holds
 * it, that worker died: its start is spent, and the item goes on with the next attempt if it has one.
 */
export const claimed = (plan: Plan, fact: Of<'attempt-claimed'>): Plan => {
  const item = itemOf(plan, fact.item);
  if (item === undefined) return plan;
  const { state } = item;
  if (state.name === 'queued' && state.attempt === fact.attempt) {
    return withItem(plan, item.issue, (found) => ({
      ...found,
      attempts: found.attempts + 1,
      state: {
        name: 'running',
        attempt: fact.attempt,
        claim: fact.claim,
        step: 'prepare',
        startedAt: fact.at,
        ...(state.fix === undefined ? {} : { fix: state.fix }),
      },
    }));
  }
  if (state.name === 'running' && state.attempt === fact.attempt && state.claim !== fact.claim) {
    const failure = { kind: 'infrastructure', what: 'the worker that ran it stopped' } as const;
    return withItem(plan, item.issue, (found) => ({
      ...paid(found, fact.spent),
      state: afterFailure(plan, found, failure, fact.at),
    }));
  }
  return plan;
};

/** An attempt came to its next step. */
export const stepped = (plan: Plan, fact: Of<'attempt-stepped'>): Plan =>
  holds(plan, fact)
    ? withItem(plan, fact.item, (item) =>
        item.state.name === 'running' ? { ...item, state: { ...item.state, step: fact.step } } : item,
      )
    : plan;

/** An agent did something that people may see. */
export const progressed = (plan: Plan, fact: Of<'attempt-progressed'>): Plan =>
  whileRunning(plan, fact, { doing: fact.doing });

/** What an agent has so far is kept on its machine. */
export const checkpointed = (plan: Plan, fact: Of<'attempt-checkpointed'>): Plan =>
  whileRunning(plan, fact, { checkpoint: fact.commit });

const whileRunning = (
  plan: Plan,
  fact: Of<'attempt-progressed' | 'attempt-checkpointed'>,
  news: Partial<Pick<Extract<ItemState, { readonly name: 'running' }>, 'doing' | 'checkpoint'>>,
): Plan =>
  holds(plan, fact)
    ? withItem(plan, fact.item, (item) =>
        item.state.name === 'running' ? { ...item, state: { ...item.state, ...news } } : item,
      )
    : plan;

/** An attempt ended: its work is published, or it is tried again, or the item has failed and says why. */
export const ended = (plan: Plan, fact: Of<'attempt-ended'>): Plan => {
  if (!holds(plan, fact)) return plan;
  return withItem(plan, fact.item, (item) => {
    const { outcome } = fact;
    return {
      ...paid(item, outcome.ok ? outcome.work.cost : outcome.cost),
      state: outcome.ok
        ? { name: 'publishing', work: outcome.work, ...stillHeld(fixOf(item.state)) }
        : afterFailure(plan, item, outcome.failure, fact.at),
    };
  });
};

/** Somebody moved the branch while the agent ran: nothing was pushed, a person decides. */
export const moved = (plan: Plan, fact: Of<'branch-moved'>): Plan =>
  holds(plan, fact)
    ? withItem(plan, fact.item, (item) => {
        const fix = fixOf(item.state);
        const why = { kind: 'branch-moved', found: fact.found } as const;
        // Of a fix, what stood there before stays the work: the push that came in between is looked at by itself.
        return {
          ...paid(item, fact.work.cost),
          state:
            fix === undefined
              ? { name: 'held', work: fact.work, why }
              : { name: 'held', work: fix.work, why, ...(fix.pull === undefined ? {} : { pull: fix.pull }) },
        };
      })
    : plan;

/** The item with what an attempt cost on top, US dollars. */
const paid = (item: Item, cost: number | undefined): Item =>
  cost === undefined ? item : { ...item, cost: (item.cost ?? 0) + cost };

/** Only the worker whose claim stands may speak for an attempt; a revived older one is not heard. */
const holds = (
  plan: Plan,
  fact: { readonly item: number; readonly attempt: number; readonly claim: string },
): boolean => {
  const state = itemOf(plan, fact.item)?.state;
  return state?.name === 'running' && state.attempt === fact.attempt && state.claim === fact.claim;
};

const afterFailure = (plan: Plan, item: Item, failure: Failure, at: Instant): ItemState => {
  const fix = fixOf(item.state);
  if (triesAgain(failure, item.attempts, attemptLimit(plan)))
    return {
      name: 'queued',
      attempt: item.attempts + 1,
      since: at,
      after: failure,
      ...(fix === undefined ? {} : { fix }),
    };
  return fix === undefined ? { name: 'failed', failure, attempt: item.attempts } : unfixed(fix, failure);
};
