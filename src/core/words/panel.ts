import type { Instant, Item, Plan } from '#core/types.ts';
import { checklist } from '#core/words/checklist.ts';
import { itemComment, sign } from '#core/words/item-comment.ts';
import { mermaid } from '#core/words/mermaid.ts';
import { planProblemTable } from '#core/words/problems.ts';
import { bounded, inline } from '#core/words/safe.ts';
import { itemReason, itemWords, numbers, planWords } from '#core/words/state.ts';
import { dollars, duration, secondsBetween } from '#core/words/time.ts';

/** The one comment on a plan (spec 6). `now` only matters while the plan runs: it shows the time elapsed. */
export const panel = (plan: Plan, now: Instant): string => {
  if (plan.alone) return lone(plan);
  return bounded(
    [
      totals(plan, now),
      plan.notice?.on === plan.issue ? `> ${plan.notice.text}` : '',
      ...plan.faults.map((fault) => `❌ ${inline(fault, 500)}`),
      edited(plan),
      problems(plan),
      itemsTable(plan, now),
      mermaid(plan),
      order(plan),
      checklist(plan, plan.state.name === 'proposed' || plan.state.name === 'landed'),
      decisions(plan),
      next(plan),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
};

/** An item alone has one comment for both. */
const lone = (plan: Plan): string => {
  const item = plan.items[0];
  if (item === undefined) return plan.notice === undefined ? '**Parallel**' : `**Parallel**\n\n> ${plan.notice.text}`;
  const notes = [...plan.faults.map((fault) => `❌ ${inline(fault, 500)}`), edited(plan)].filter((part) => part !== '');
  return bounded([itemComment(plan, item), ...notes, approval(plan)].filter((part) => part !== '').join('\n\n'));
};

const done = (item: Item): boolean => item.state.name === 'proposed' || item.state.name === 'merged';

const totals = (plan: Plan, now: Instant): string => {
  const { state } = plan;
  const spent = plan.items.some((item) => item.cost !== undefined)
    ? plan.items.reduce((sum, item) => sum + (item.cost ?? 0), 0)
    : undefined;
  const end = state.name === 'proposed' ? state.proposedAt : state.name === 'landed' ? state.at : now;
  const elapsed = 'startedAt' in state ? duration(secondsBetween(state.startedAt, end)) : '';
  return [
    `**Parallel** · ${state.name === 'running' || state.name === 'integrating' ? '🔄 ' : ''}**${planWords(state)}**${plan.paused ? ' (paused)' : ''}`,
    `${plan.items.filter(done).length}/${plan.items.length} done`,
    elapsed,
    dollars(spent),
    state.name === 'proposed' ? `integration #${state.pull}` : '',
    approval(plan),
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

/** The hash of what was approved is shown: 10 digits of it. */
const approval = (plan: Plan): string =>
  'approval' in plan.state ? `approved \`${plan.state.approval.hash.slice(0, 10)}\`` : '';

const edited = (plan: Plan): string => {
  if (!('approval' in plan.state)) return '';
  const { bodies } = plan.state.approval;
  const changed = plan.items
    .filter((item) => bodies[item.issue] !== undefined && bodies[item.issue] !== item.bodyHash)
    .map((item) => item.issue);
  return changed.length === 0
    ? ''
    : `⚠️ ${numbers(changed)} edited after approval: running agents keep the approved text; \`/parallel approve\` approves what stands there now.`;
};

const problems = (plan: Plan): string =>
  plan.report.problems.length === 0 ? '' : planProblemTable(plan.report.problems);

const itemsTable = (plan: Plan, now: Instant): string =>
  plan.items.length === 0
    ? 'No issue of this plan has the label `parallel` yet.'
    : [
        '| | item | state | PR | time | cost | why |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        ...plan.items.map(
          (item) =>
            `| ${sign(item)} | #${item.issue} ${inline(item.text.title, 80)} | ${itemWords(item.state)} | ${pullOf(item)} | ${timeOf(item, now)} | ${dollars(item.cost)} | ${whyOf(plan, item)} |`,
        ),
      ].join('\n');

const pullOf = (item: Item): string =>
  'pull' in item.state && item.state.pull !== undefined ? `#${item.state.pull}` : '';

const timeOf = (item: Item, now: Instant): string => {
  if ('work' in item.state) return duration(item.state.work.seconds);
  return item.state.name === 'running' ? duration(secondsBetween(item.state.startedAt, now)) : '';
};

const whyOf = (plan: Plan, item: Item): string => {
  if (item.state.name !== 'draft') return itemReason(item.state).replaceAll('|', '\\|');
  const own =
    plan.report.items
      .find((other) => other.issue === item.issue)
      ?.problems.filter((problem) => problem.severity === 'error').length ?? 0;
  const shared = plan.report.problems.filter(
    (problem) => problem.severity === 'error' && problem.issues.includes(item.issue),
  ).length;
  return own + shared === 0 ? 'the label does not count' : `${own + shared} ${own + shared === 1 ? 'error' : 'errors'}`;
};

const order = (plan: Plan): string => {
  const { waves, mergeOrder, criticalPath, parallelism } = plan.report.plan;
  if (mergeOrder.length < 2) return '';
  return [
    `**Waves** ${waves.map((wave) => numbers(wave)).join(' → ')}`,
    `**Merge order** ${mergeOrder.map((issue) => `#${issue}`).join(', ')} · **critical path** ${criticalPath.map((issue) => `#${issue}`).join(' → ')} · **parallelism** ${parallelism.toFixed(1)}`,
  ].join('\n\n');
};

const decisions = (plan: Plan): string => {
  const taken = plan.text?.decisions ?? [];
  return taken.length === 0
    ? ''
    : `**Decisions**\n\n${taken.map((decision) => `- ${inline(decision, 300)}`).join('\n')}`;
};

/** What a person can do next: the last line of every panel. */
const next = (plan: Plan): string => {
  const { state } = plan;
  const lost = plan.items.filter((item) => item.state.name === 'failed' || item.state.name === 'skipped');
  const retry = lost.length === 0 ? '' : ` \`/parallel retry\` tries ${numbers(lost.map((item) => item.issue))} again.`;
  switch (state.name) {
    case 'draft':
      return plan.report.ok && plan.faults.length === 0
        ? '**Next:** `/parallel start` starts the agents.'
        : '**Next:** mend the errors above; each edit is checked at once.';
    case 'approved':
      return '**Next:** `/parallel start` starts the agents.';
    case 'running':
      return plan.settings.integrate === 'approved'
        ? `**Next:** review the pull requests: an approving review lets a member in.${retry} \`/parallel cancel\` stops all.`
        : `**Next:** nothing to do while agents work.${retry} \`/parallel cancel\` stops all.`;
    case 'integrating':
      return `**Next:** nothing to do while members are merged.${retry}`;
    case 'proposed':
      return `**Next:** review and merge #${state.pull}.${retry}`;
    case 'landed':
      return `Landed with #${state.pull}.`;
    case 'cancelled':
      return `Cancelled: ${inline(state.why)}. \`/parallel retry\` takes the items up again.`;
  }
};
