import { fixOf, withdrawnFix } from '#core/journey/fix.ts';
import { abandoned } from '#core/journey/integration.ts';
import { isStarted, withState } from '#core/journey/step.ts';
import type { Verb } from '#core/journey/verbs/verb.ts';
import { itemWords } from '#core/words/state.ts';

/** Ends the plan, or the items that the command names. */
export const cancel: Verb = (plan, fact, items) => {
  const by = fact.actor;
  const whole = items.length === plan.items.length && (fact.on === plan.issue || plan.alone);
  if (whole) {
    return isStarted(plan)
      ? { plan: abandoned(plan, { by, why: 'cancelled by command', at: fact.at }) }
      : { refused: `Plan #${plan.issue} is not running.` };
  }
  const running = items.filter((item) => ['waiting', 'queued', 'running', 'publishing'].includes(item.state.name));
  if (running.length === 0)
    return {
      refused: `Nothing to cancel: ${items.map((item) => `#${item.issue} is ${itemWords(item.state)}`).join(', ')}.`,
    };
  return {
    plan: running.reduce((rest, item) => {
      const fix = fixOf(item.state);
      // The member itself was there before: taken back is only what its agent was to do now.
      return withState(
        rest,
        item.issue,
        fix === undefined ? { name: 'cancelled', by, why: 'cancelled by command' } : withdrawnFix(fix, by),
      );
    }, plan),
  };
};

/** Starts nothing new until `resume`; what runs goes on. */
export const pausing =
  (paused: boolean): Verb =>
  (plan) =>
    isStarted(plan) ? { plan: { ...plan, paused } } : { refused: `Plan #${plan.issue} is not running.` };
