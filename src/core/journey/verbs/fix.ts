import { covers } from '#core/approve/approval.ts';
import { attemptLimit } from '#core/dispatch/retry.ts';
import { fixOf } from '#core/journey/fix.ts';
import { isStarted, withState } from '#core/journey/step.ts';
import type { Verb } from '#core/journey/verbs/verb.ts';
import type { Fix, HoldReason, Item, Plan } from '#core/types.ts';
import { itemWords, numbers } from '#core/words/state.ts';

/**
 * Lets the agents of members go on with what stands on their branches: with the reviews and the person's words, and,
 * where a member was held for a conflict, with the other side merged in. Each is the start of an attempt.
 */
export const fix: Verb = (plan, fact, items) => {
  if (!isStarted(plan)) return { refused: `Plan #${plan.issue} is ${plan.state.name}: no agent goes on with it.` };
  const whole = fact.on === plan.issue && !plan.alone && items.length === plan.items.length && items.length > 1;
  if (whole && !isNamed(fact.reading))
    return { refused: `Say which: \`/parallel fix #n\`, or say it on the pull request.${candidates(plan)}` };
  const text = fact.reading.kind === 'command' ? fact.reading.command.text : '';
  const refusals = items.flatMap((item) => obstacle(plan, item) ?? []);
  if (refusals.length > 0) return { refused: refusals.join(' ') };
  return {
    plan: items.reduce(
      (rest, item) =>
        withState(rest, item.issue, {
          name: 'waiting',
          on: 'slot',
          fix: begun(item, { by: fact.actor, at: fact.at, text }),
        }),
      plan,
    ),
  };
};

const isNamed = (reading: Parameters<Verb>[1]['reading']): boolean =>
  reading.kind === 'command' && reading.command.issues.length > 0;

const candidates = (plan: Plan): string => {
  const held = plan.items.filter((item) => item.state.name === 'held').map((item) => item.issue);
  return held.length === 0 ? '' : ` Held ${held.length === 1 ? 'is' : 'are'} ${numbers(held)}.`;
};

/** Why an agent cannot go on with an item; undefined when it can. */
const obstacle = (plan: Plan, item: Item): string | undefined => {
  const name = `#${item.issue}`;
  const { state } = item;
  if (fixOf(state) !== undefined) return `An agent goes on with ${name} already.`;
  if (!('work' in state) || state.name === 'publishing')
    return `${name} is ${itemWords(state)}: there is nothing to go on with.${['failed', 'cancelled', 'skipped'].includes(state.name) ? ' `/parallel retry` begins anew.' : ''}`;
  if (state.name === 'merged' && (plan.alone || plan.settings.strategy !== 'integration'))
    return `${name} has landed. File a new issue for further work.`;
  if (state.name === 'held' && state.why.kind === 'branch-moved' && state.why.found === 'deleted')
    return `The branch of ${name} is gone: \`/parallel retry\` begins anew.`;
  if (item.attempts >= attemptLimit(plan))
    return `All ${attemptLimit(plan)} attempts of ${name} are used up (\`attempts\` in the settings or the plan's Limits).`;
  if ('approval' in plan.state && !covers(plan.state.approval, item))
    return `${name} was edited after it was approved. \`/parallel approve #${item.issue}\` approves what stands there now; then fix.`;
  return undefined;
};

const begun = (item: Item, said: Pick<Fix, 'by' | 'at' | 'text'>): Fix => {
  const { state } = item;
  if (!('work' in state)) throw new Error(`#${item.issue} has no work to go on with.`);
  const why = state.name === 'held' ? lasting(state.why) : undefined;
  // What is merged into the integration branch has no open pull request any more: the next head gets a new one.
  const pull = state.name === 'proposed' || state.name === 'held' ? state.pull : undefined;
  return {
    ...said,
    work: state.work,
    ...(pull === undefined ? {} : { pull }),
    ...(why === undefined ? {} : { why }),
  };
};

/** Of a fix that failed, what was wrong before it still is. */
const lasting = (why: HoldReason): HoldReason | undefined => (why.kind === 'fix-failed' ? why.before : why);
