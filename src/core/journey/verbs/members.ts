import { isStarted, withItem, withState } from '#core/journey/step.ts';
import { excusable, excused } from '#core/journey/verbs/exception.ts';
import type { Verb } from '#core/journey/verbs/verb.ts';
import type { Plan } from '#core/types.ts';
import { holdWords } from '#core/words/state.ts';

/** Asks for a round of integration now, also over members that stood for the last one. */
export const integrate: Verb = (plan) => {
  if (plan.alone) return { refused: 'An item alone goes straight to the default branch: merge its pull request.' };
  if (!isStarted(plan)) return { refused: `Plan #${plan.issue} is not running.` };
  return { plan: askedAgain(plan) };
};

/** The members that stood for the last round may stand for the next, though none of them changed. */
const askedAgain = (plan: Plan): Plan =>
  plan.integration === undefined ? plan : { ...plan, integration: { ...plan.integration, heads: {} } };

/** Keeps a member out of the integration. */
export const hold: Verb = (plan, fact, items) => {
  const members = items.filter((item) => item.state.name === 'proposed' || item.state.name === 'merged');
  if (members.length === 0) return { refused: 'There is nothing to hold: no pull request here is open.' };
  return {
    plan: members.reduce(
      (rest, item) =>
        item.state.name === 'proposed' || item.state.name === 'merged'
          ? withState(rest, item.issue, {
              name: 'held',
              work: item.state.work,
              pull: item.state.pull,
              why: { kind: 'person', by: fact.actor },
            })
          : rest,
      plan,
    ),
  };
};

/**
 * Lets held members stand for the next round. What the guard kept back for protected paths alone may be brought by the
 * next attempt. Either is on record with the paths and the person.
 */
export const unhold: Verb = (plan, fact, items) => {
  const held = items.flatMap((item) =>
    item.state.name === 'held' && item.state.pull !== undefined && item.state.why.kind !== 'retargeted'
      ? [{ issue: item.issue, state: { name: 'proposed' as const, work: item.state.work, pull: item.state.pull } }]
      : [],
  );
  const away = items.find(({ state }) => state.name === 'held' && state.why.kind === 'retargeted');
  if (held.length === 0 && away?.state.name === 'held')
    return { refused: `#${away.issue}: ${holdWords(away.state.why)}.` };
  const kept = items.filter((item) => item.state.name === 'failed' && excusable(item).length > 0);
  if (held.length === 0 && kept.length === 0)
    return { refused: 'There is nothing to release: no member with a pull request is held here.' };
  const recorded = kept.reduce((rest, { issue }) => withItem(rest, issue, (item) => excused(item, fact)), plan);
  if (held.length === 0) return { plan: recorded };
  return {
    plan: held.reduce(
      (rest, { issue, state }) => withItem(rest, issue, (item) => ({ ...excused(item, fact), state })),
      askedAgain(recorded),
    ),
  };
};
