import type { Item, Plan } from '#core/types.ts';
import { alert } from '#core/words/alert.ts';
import { fit, paragraphs } from '#core/words/fit.ts';
import { itemFacts } from '#core/words/item-facts.ts';
import type { Page } from '#core/words/page.ts';
import { countBySeverity, itemProblems } from '#core/words/problems.ts';
import { reading } from '#core/words/reading.ts';
import { code } from '#core/words/safe.ts';
import { sign } from '#core/words/sign.ts';
import { itemReason, itemWords } from '#core/words/state.ts';
import { verificationDetails } from '#core/words/verification.ts';

/** How much of the prompt is shown, and how many rows of problems, from the fullest wording to the shortest. */
const SIZES = [
  { prompt: 40_000, rows: 100 },
  { prompt: 8_000, rows: 40 },
  { prompt: 0, rows: 20 },
] as const;

/**
 * The one comment on an item (spec 6): its problems, or what was understood of it and how it goes. `more` goes below
 * the first line: what is said of the plan when the item is alone.
 */
export const itemComment = (plan: Plan, item: Item, page: Page, more: readonly string[] = []): string =>
  fit(
    SIZES.map(
      ({ prompt, rows }) =>
        () =>
          paragraphs([
            headline(plan, item),
            plan.notice?.on === item.issue ? alert('warning', plan.notice.text) : '',
            ...more,
            alert('important', label(item)),
            alert('caution', (item.unstaffed ?? []).join('; ')),
            itemProblems(plan, page, item.issue, rows),
            state(item),
            item.state.name === 'draft' ? '' : itemFacts(plan, item, page),
            item.state.name === 'draft' && item.text.scope.length === 0 ? '' : reading(plan, item, page, prompt),
            next(plan, item),
          ]),
    ),
  );

const headline = (plan: Plan, item: Item): string => {
  const checked = plan.report.items.find((other) => other.issue === item.issue)?.problems ?? [];
  const shared = plan.report.problems.filter((problem) => problem.issues.includes(item.issue));
  const found =
    item.state.name === 'draft' || item.state.name === 'ready' ? countBySeverity([...checked, ...shared]) : '';
  return [
    `**Parallel** · ${sign(item.state)} **${itemWords(item.state)}**`,
    found,
    plan.alone ? '' : `part of #${plan.issue}`,
    plan.alone && 'approval' in plan.state ? `approved ${code(plan.state.approval.hash.slice(0, 10))}` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

const label = (item: Item): string => {
  if (item.labelled === undefined)
    return 'The label `parallel` is not on this issue. Somebody with write permission applies it.';
  const may = ['admin', 'maintain', 'write'].includes(item.labelled.permission);
  return may
    ? ''
    : `The label \`parallel\` was applied by ${code(item.labelled.by)}, who has no write permission here, so it does not count. A maintainer can take it off and apply it.`;
};

const state = (item: Item): string => {
  const { state: now } = item;
  const reason = now.name === 'draft' || now.name === 'running' ? '' : itemReason(now);
  const results =
    now.name === 'failed' && (now.failure.kind === 'verification' || now.failure.kind === 'setup')
      ? verificationDetails(now.failure.results)
      : '';
  const tail =
    now.name === 'failed' && 'tail' in now.failure && now.failure.tail !== ''
      ? verificationDetails([{ command: 'agent', ok: false, tail: now.failure.tail, seconds: 0 }])
      : '';
  const pull = 'pull' in now && now.pull !== undefined ? `**Pull request** #${now.pull}` : '';
  return paragraphs([pull, reason === '' ? '' : `**Why** ${reason}`, results, tail]);
};

const next = (plan: Plan, item: Item): string => {
  switch (item.state.name) {
    case 'draft':
      return '**Next:** edit the issue. Each edit is checked at once.';
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return '**Next:** `/parallel retry` tries again, from a fresh worktree; work that was cut off goes on from what was kept of it.';
    case 'ready':
      return plan.alone
        ? '**Next:** `/parallel start` approves the text as it stands and starts the agent.'
        : `**Next:** \`/parallel start\` approves the text as it stands and starts the agent; on #${plan.issue} it starts the whole plan.`;
    case 'proposed':
      return `**Next:** review #${item.state.pull}. \`/parallel hold\` keeps it out of the integration.`;
    case 'waiting':
    case 'queued':
    case 'running':
    case 'publishing':
      return '**Next:** nothing to do. `/parallel cancel` ends the work.';
    case 'merged':
    case 'held':
      return '';
  }
};
