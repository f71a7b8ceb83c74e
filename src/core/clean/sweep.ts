import type { Item, Plan, PlanId } from '#core/types.ts';
import { attemptName } from '#core/words/names.ts';

/**
 * Worktrees on this machine that nobody works in: those of no running attempt and of no round of integration that
 * is under way. Names as the attempts and rounds give them. Members of a sequential plan are merged one by one, at any
 * time until it is over.
 */
export const leftWorktrees = (names: readonly string[], plans: readonly Plan[]): readonly string[] => {
  const attempts = new Set(
    plans.flatMap((plan) =>
      plan.items.flatMap((item) =>
        item.state.name === 'running' ? [attemptName(plan.id, item.issue, item.state.attempt)] : [],
      ),
    ),
  );
  const integrating = plans
    .filter((plan) => plan.state.name === 'integrating' || isSequential(plan))
    .flatMap((plan) => [`${plan.id}-integration-`, `${plan.id}-resolve-`]);
  return names.filter(
    (name) =>
      !attempts.has(name.replace(/-(?:verify|resolve-[0-9a-f]+)$/, '')) &&
      !integrating.some((prefix) => name.startsWith(prefix)),
  );
};

/** What is kept of a plan's items on this machine: by the plan's id and the item's number. */
export type KeptOf = { readonly plan: PlanId; readonly item: number };

/**
 * Checkpoints that nobody goes on from: of plans that are over or unknown, and of items that begin anew. `goesOn`: may
 * the next attempt of an item in this state begin with what the last one had?
 */
export const leftCheckpoints = <Kept extends KeptOf>(
  kept: readonly Kept[],
  plans: readonly Plan[],
  goesOn: (state: Item['state']) => boolean,
): readonly Kept[] =>
  kept.filter(({ plan: id, item: issue }) => {
    const plan = plans.find((one) => one.id === id);
    const item = plan?.items.find((one) => one.issue === issue);
    return plan === undefined || item === undefined || isOver(plan) || !goesOn(item.state);
  });

/** Conversations of plans that are over. A member's agent may be asked to fix its work as long as its plan is not. */
export const leftConversations = <Kept extends KeptOf>(
  kept: readonly Kept[],
  plans: readonly Plan[],
): readonly Kept[] => kept.filter(({ plan: id }) => plans.some((plan) => plan.id === id && isOver(plan)));

const isOver = ({ state }: Plan): boolean => state.name === 'landed' || state.name === 'cancelled';

const isSequential = ({ settings, state }: Plan): boolean =>
  settings.strategy === 'sequential' && (state.name === 'running' || state.name === 'proposed');
