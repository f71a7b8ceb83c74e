import type { Instant, Item, Plan } from '#core/types.ts';
import { count, countBySeverity } from '#core/words/problems.ts';
import { code } from '#core/words/safe.ts';
import { planSign } from '#core/words/sign.ts';
import { planWords } from '#core/words/state.ts';
import { dollars, duration, secondsBetween } from '#core/words/time.ts';

/** First line of a panel: state, done of all, elapsed, cost, what was approved. */
export const totals = (plan: Plan, now: Instant): string => {
  const { state } = plan;
  const costs = plan.items.flatMap((item) => item.cost ?? []);
  const spent = costs.length === 0 ? undefined : costs.reduce((sum, cost) => sum + cost, 0);
  const end = state.name === 'proposed' ? state.proposedAt : state.name === 'landed' ? state.at : now;
  return [
    `**Parallel** · ${planSign(state)} **${planWords(state)}**${plan.paused ? ' (paused)' : ''}${isStartable(plan) ? ', ready to start' : ''}`,
    'startedAt' in state ? progress(plan.items) : count(plan.items.length, 'item'),
    state.name === 'draft' ? countBySeverity(allProblems(plan)) : '',
    'startedAt' in state ? duration(secondsBetween(state.startedAt, end)) : '',
    dollars(spent),
    state.name === 'proposed' ? `integration #${state.pull}` : '',
    'approval' in state ? `approved ${code(state.approval.hash.slice(0, 10))}` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

/** A draft on which `/parallel start` would be carried out. */
const isStartable = (plan: Plan): boolean =>
  plan.state.name === 'draft' &&
  plan.faults.length === 0 &&
  plan.report.ok &&
  plan.items.length > 0 &&
  plan.items.every((item) => item.state.name === 'ready');

const allProblems = (plan: Plan) => [...plan.report.problems, ...plan.report.items.flatMap((item) => item.problems)];

const isDone = (item: Item): boolean => item.state.name === 'proposed' || item.state.name === 'merged';

/** `▰▰▱▱ 2/4 done`: at most twelve marks. */
const progress = (items: readonly Item[]): string => {
  const done = items.filter(isDone).length;
  const marks = Math.min(items.length, 12);
  const full = Math.floor((done / items.length) * marks);
  return `${'▰'.repeat(full)}${'▱'.repeat(marks - full)} ${done}/${items.length} done`;
};
