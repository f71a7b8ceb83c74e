import type { Item, Plan, Problem } from '#core/types.ts';
import { planProblemTable, problemTable } from '#core/words/problems.ts';
import { bounded, code, inline } from '#core/words/safe.ts';
import { contractTable, scopeList } from '#core/words/scope.ts';
import { itemReason, itemWords, numbers } from '#core/words/state.ts';
import { dollars } from '#core/words/time.ts';
import { verificationDetails } from '#core/words/verification.ts';

/** The one comment on an item of a plan (spec 6): problems, or what it owns and how it goes. */
export const itemComment = (plan: Plan, item: Item): string => {
  const checked = plan.report.items.find((other) => other.issue === item.issue);
  const shared = plan.report.problems.filter((problem) => problem.issues.includes(item.issue));
  return bounded(
    [
      `**Parallel** · #${item.issue} ${sign(item)} **${itemWords(item.state)}**${plan.alone ? '' : ` · part of #${plan.issue}`}`,
      plan.notice?.on === item.issue ? `> ${plan.notice.text}` : '',
      label(item),
      problems(checked?.problems ?? []),
      shared.length === 0 ? '' : planProblemTable(shared),
      state(item),
      facts(plan, item),
      next(item),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
};

/** A sign a state, as in the panel. */
export const sign = (item: Item): string => {
  switch (item.state.name) {
    case 'proposed':
      return '🟢';
    case 'merged':
      return '✅';
    case 'failed':
    case 'cancelled':
      return '❌';
    case 'draft':
      return '✏️';
    case 'held':
      return '✋';
    case 'skipped':
      return '⏭️';
    case 'ready':
    case 'waiting':
      return '⚪';
    case 'queued':
    case 'running':
    case 'publishing':
      return '🔄';
  }
};

const label = (item: Item): string => {
  if (item.labelled === undefined)
    return 'The label `parallel` is not on this issue: a person with write permission applies it.';
  const may = ['admin', 'maintain', 'write'].includes(item.labelled.permission);
  return may
    ? ''
    : `The label \`parallel\` was applied by ${code(item.labelled.by)}, who has no write permission here, so it does not count. A maintainer can take it off and apply it.`;
};

const problems = (found: readonly Problem[]): string => (found.length === 0 ? '' : problemTable(found));

const state = (item: Item): string => {
  const reason = itemReason(item.state);
  const pull = 'pull' in item.state && item.state.pull !== undefined ? `Pull request: #${item.state.pull}` : '';
  const why = reason === '' || item.state.name === 'draft' ? '' : `Why: ${reason}`;
  const results =
    item.state.name === 'failed' && (item.state.failure.kind === 'verification' || item.state.failure.kind === 'setup')
      ? verificationDetails(item.state.failure.results)
      : '';
  const tail =
    item.state.name === 'failed' && 'tail' in item.state.failure && item.state.failure.tail !== ''
      ? verificationDetails([{ command: 'agent', ok: false, tail: item.state.failure.tail, seconds: 0 }])
      : '';
  return [pull, why, results, tail].filter((part) => part !== '').join('\n\n');
};

/** What the item owns and promises, in the form that was understood. */
const facts = (plan: Plan, item: Item): string => {
  if (item.state.name === 'draft') return '';
  const wave = plan.report.plan.waves.findIndex((issues) => issues.includes(item.issue)) + 1;
  const wishes = item.text.agent;
  const budget = wishes.budget ?? plan.settings.budget;
  return [
    '<details><summary>Scope, contracts, order</summary>',
    '',
    `**Scope**\n${scopeList(item)}`,
    '',
    `**Contracts**\n\n${contractTable(item)}`,
    '',
    `**Depends on** ${item.dependsOn.length === 0 ? 'nothing' : numbers(item.dependsOn)}${wave > 0 ? ` · **wave** ${wave} of ${plan.report.plan.waves.length}` : ''}`,
    '',
    `**Agent** ${inline(wishes.agent ?? plan.settings.agent ?? 'the default')}${wishes.model === undefined ? '' : ` (${inline(wishes.model)})`} · **budget** ${budget === undefined ? 'no limit set' : dollars(budget)}`,
    '',
    '</details>',
  ].join('\n');
};

const next = (item: Item): string => {
  switch (item.state.name) {
    case 'draft':
      return 'Edit the issue: it is checked again at once.';
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return '`/parallel retry` tries again.';
    case 'ready':
      return '`/parallel start` (here, or on the plan) starts the work.';
    case 'waiting':
    case 'queued':
    case 'running':
    case 'publishing':
    case 'proposed':
    case 'merged':
    case 'held':
      return '';
  }
};
