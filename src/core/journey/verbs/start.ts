import { approve } from '#core/approve/approval.ts';
import { mayRun } from '#core/approve/permission.ts';
import { hasErrors } from '#core/journey/seen.ts';
import { isStarted, withState } from '#core/journey/step.ts';
import type { Commanded, Verb } from '#core/journey/verbs/verb.ts';
import type { Item, Plan } from '#core/types.ts';

/** Approves what stands there and starts every item that has not started; refused with the list of errors. */
export const start: Verb = (plan, fact, items, hash) => {
  if (plan.state.name === 'landed' || plan.state.name === 'cancelled') {
    return {
      refused: `Plan #${plan.issue} is ${plan.state.name}. ${plan.state.name === 'cancelled' ? '`/parallel retry` takes its items up again.' : 'File new issues for further work.'}`,
    };
  }
  const fresh = items.filter((item) => item.state.name === 'draft' || item.state.name === 'ready');
  const wrong = obstacles(plan, fact, fresh);
  if (wrong.length > 0) return { refused: `Not started. ${wrong.join(' ')}` };
  if (fresh.length === 0) {
    return {
      refused:
        items.length === 0
          ? 'There is nothing to start: the plan has no item with the label `parallel`.'
          : 'There is nothing to start: every item has started already.',
    };
  }
  const approval = approve(plan, fresh, fact.actor, fact.at, hash);
  const waiting = fresh.reduce((rest, item) => withState(rest, item.issue, { name: 'waiting', on: 'base' }), plan);
  const state =
    isStarted(plan) && plan.state.name !== 'draft'
      ? { ...plan.state, approval }
      : ({ name: 'running', approval, startedAt: fact.at, base: 'preparing' } as const);
  return { plan: { ...waiting, state } as Plan };
};

/** Sentences that stand in the way of starting these items, for the first time or again. */
export const obstacles = (plan: Plan, { snapshot }: Commanded, fresh: readonly Item[]): readonly string[] => {
  const unauthorised = fresh.filter((item) => item.labelled === undefined || !mayRun(item.labelled.permission));
  const wrong = fresh.filter((item) => hasErrors(plan.report, item.issue));
  const ofPlan = plan.report.problems.filter(
    (problem) => problem.severity === 'error' && problem.issues.every((issue) => issue === plan.issue),
  );
  return [
    ...plan.faults,
    ...(snapshot.plan !== undefined && snapshot.plan.labelled === undefined
      ? [`The label \`parallel\` is not on the plan, #${plan.issue}.`]
      : []),
    ...ofPlan.map((problem) => `${problem.message} (\`${problem.code}\`).`),
    ...(wrong.length > 0
      ? [`Errors to mend first: ${wrong.map((item) => `#${item.issue} ${codesOf(plan, item.issue)}`).join(', ')}.`]
      : []),
    ...fresh.flatMap((item) => (item.unstaffed ?? []).map((why) => `#${item.issue}: ${why}.`)),
    ...(unauthorised.length > 0
      ? [
          `The label \`parallel\` on ${unauthorised.map((item) => `#${item.issue}`).join(', ')} was not applied by somebody with write permission; take it off and let a maintainer apply it.`,
        ]
      : []),
  ];
};

const codesOf = (plan: Plan, issue: number): string => {
  const own = plan.report.items.find((item) => item.issue === issue)?.problems ?? [];
  const shared = plan.report.problems.filter((problem) => problem.issues.includes(issue));
  const codes = [...own, ...shared]
    .filter((problem) => problem.severity === 'error')
    .map((problem) => `\`${problem.code}\``);
  return [...new Set(codes)].join(' ');
};
