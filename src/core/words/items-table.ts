import type { Instant, Item, Plan, PlanProblem } from '#core/types.ts';
import { builtOnWords } from '#core/words/built-on.ts';
import { count, countBySeverity } from '#core/words/problems.ts';
import { cell, code, inline } from '#core/words/safe.ts';
import { turnWords } from '#core/words/sequence.ts';
import { sharedProblems } from '#core/words/shared-problems.ts';
import { sign } from '#core/words/sign.ts';
import { itemReason, itemWords } from '#core/words/state.ts';
import { testedWithWords } from '#core/words/tested-as-one.ts';
import { dollars, duration, secondsBetween } from '#core/words/time.ts';

/** Width of titles, and how many rows; rows that need a person come first when not all fit. */
export type TableSize = { readonly title: number; readonly rows: number };

/** A plan's items: state, pull request, time, cost and why (spec 6). `now` only counts for what runs. */
export const itemsTable = (plan: Plan, now: Instant, size: TableSize): string => {
  if (plan.items.length === 0) return 'No issue of this plan has the label `parallel` yet.';
  const shown =
    plan.items.length <= size.rows
      ? plan.items
      : [...plan.items].sort((a, b) => urgency(a) - urgency(b) || a.issue - b.issue).slice(0, size.rows);
  const hidden = plan.items.filter((item) => !shown.includes(item));
  // Before the start there is no pull request, no time and no cost to tell.
  const shared = sharedProblems(plan.report);
  const begun = 'startedAt' in plan.state || plan.items.some((item) => item.attempts > 0);
  return [
    begun ? '| | item | state | PR | time | cost | why |' : '| | item | state | why |',
    begun ? '| --- | --- | --- | --- | --- | --- | --- |' : '| --- | --- | --- | --- |',
    ...shown.map((item) => row(plan, item, shared.get(item.issue) ?? [], begun ? now : undefined, size.title)),
    ...(hidden.length === 0 ? [] : [`| … | ${hidden.length} more: ${tally(hidden)} |`]),
  ].join('\n');
};

/** What needs a person is shown before what runs by itself, and that before what is over. */
const urgency = ({ state }: Item): number =>
  ['draft', 'held', 'failed', 'cancelled', 'skipped'].includes(state.name) ? 0 : state.name === 'merged' ? 2 : 1;

const tally = (items: readonly Item[]): string =>
  [...Map.groupBy(items, (item) => item.state.name)].map(([name, group]) => `${group.length} ${name}`).join(', ');

const row = (
  plan: Plan,
  item: Item,
  shared: readonly PlanProblem[],
  now: Instant | undefined,
  title: number,
): string => {
  const begun =
    now === undefined ? [] : [pullOf(item), timeOf(item, now).replaceAll(' ', '\u00a0'), dollars(item.cost)];
  const cells = [
    sign(item.state),
    `#${item.issue} ${inline(item.text.title, title)}`,
    itemWords(item.state),
    ...begun,
    whyOf(plan, item, shared),
  ];
  return `| ${cells.join(' | ')} |`;
};

const pullOf = (item: Item): string =>
  'pull' in item.state && item.state.pull !== undefined ? `#${item.state.pull}` : '';

const timeOf = (item: Item, now: Instant): string => {
  if ('work' in item.state) return duration(item.state.work.seconds);
  return item.state.name === 'running' ? duration(secondsBetween(item.state.startedAt, now)) : '';
};

const whyOf = (plan: Plan, item: Item, shared: readonly PlanProblem[]): string => {
  const own = plan.report.items.find((other) => other.issue === item.issue)?.problems ?? [];
  if (item.state.name === 'ready') return countBySeverity([...own, ...shared]);
  if (item.state.name !== 'draft') {
    const reasons = [
      itemReason(item.state),
      turnWords(plan, item),
      testedWithWords(plan, item),
      builtOnWords(plan, item),
    ];
    return cell(reasons.filter((reason) => reason !== '').join('; '), 600);
  }
  const errors = [...own, ...shared].filter((problem) => problem.severity === 'error');
  if (errors.length === 0) return 'its label was not applied by a maintainer';
  const codes = [...new Set(errors.map((problem) => problem.code))];
  const more = codes.length > 3 ? ` and ${codes.length - 3} more` : '';
  return `${count(errors.length, 'error')}: ${codes
    .slice(0, 3)
    .map((name) => code(name))
    .join(', ')}${more}`;
};
