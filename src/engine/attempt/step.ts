import type { Step } from '#core/types.ts';
import type { Running } from '#engine/attempt.ts';
import { turn } from '#engine/turn.ts';

/** Tells the plan that an attempt comes to its next step. */
export const step = async ({ ports, plan, item, attempt, claim, name }: Running, to: Step): Promise<void> => {
  await turn(ports, plan.id, {
    kind: 'attempt-stepped',
    id: `${name}-${to}-${claim}`,
    at: ports.clock.now(),
    item: item.issue,
    attempt,
    claim,
    step: to,
  });
};
