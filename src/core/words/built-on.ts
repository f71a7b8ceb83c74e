import type { Item, ItemState, Plan } from '#core/types.ts';
import { numbers } from '#core/words/state.ts';

/** Says of a member that other members which it contains went on since; empty when it contains them as they are. */
export const builtOnWords = (plan: Plan, { state }: Item): string => {
  if (!('work' in state) || state.work.on === undefined) return '';
  const earlier = Object.entries(state.work.on).flatMap(([issue, head]) => {
    const now = headOf(plan.items.find((other) => other.issue === Number(issue))?.state);
    return now === undefined || now === head ? [] : [Number(issue)];
  });
  return earlier.length === 0 ? '' : `built on an earlier ${numbers(earlier)}`;
};

const headOf = (state: ItemState | undefined): string | undefined =>
  state !== undefined && 'work' in state ? state.work.head : undefined;
