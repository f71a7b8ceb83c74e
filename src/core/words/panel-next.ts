import type { Item, ItemState, Plan } from '#core/types.ts';
import { inline } from '#core/words/safe.ts';
import { turnOf, turnWords } from '#core/words/sequence.ts';
import { numbers } from '#core/words/state.ts';

/** What a person can do next: the last line of every panel. */
export const nextStep = (plan: Plan): string => `**Next:** ${[step(plan), ...others(plan)].join(' ')}`;

const step = (plan: Plan): string => {
  const { state } = plan;
  switch (state.name) {
    case 'draft':
      return draft(plan);
    case 'approved':
      return '`/parallel start` starts the agents.';
    case 'running':
      return `${atWork(plan)} \`/parallel cancel\` stops all.`;
    case 'integrating':
      return state.waits === undefined
        ? 'nothing to do while members are merged.'
        : `the integration waits, and goes on by itself: ${inline(state.waits, 400)}. Mend it on the worker (\`forkjoin doctor\` helps); no member is to blame.`;
    case 'proposed':
      return `review and merge #${state.pull}; the app never merges it.`;
    case 'landed':
      return `nothing: landed with #${state.pull}.`;
    case 'cancelled':
      return `cancelled because ${inline(state.why)}; \`/parallel retry\` takes the items up again.`;
  }
};

const draft = (plan: Plan): string => {
  if (plan.faults.length > 0 || !plan.report.ok) return 'mend the errors; each edit is checked at once.';
  if (plan.items.length === 0) return 'add items as sub-issues and apply the label `parallel` to them.';
  const mute = plan.items.filter((item) => item.state.name === 'draft').map((item) => item.issue);
  if (mute.length > 0) return `a maintainer applies the label \`parallel\` to ${numbers(mute)}.`;
  return '`/parallel start` approves all texts as they stand and starts the agents.';
};

const atWork = (plan: Plan): string => {
  if (plan.settings.strategy === 'sequential') return inTurn(plan);
  if (plan.settings.strategy === 'direct') return inAnyOrder(plan);
  return plan.settings.integrate === 'approved' ? reviewable(plan) : 'nothing to do while agents work.';
};

const inTurn = (plan: Plan): string => {
  const next = plan.items.find((item) => turnOf(plan, item)?.next === true);
  return next?.state.name === 'proposed'
    ? `review and merge #${next.state.pull} (#${next.issue}), ${turnWords(plan, next)}; the others follow one by one.`
    : 'nothing to do until a member can land.';
};

const inAnyOrder = (plan: Plan): string => {
  const open = pullsOf(plan);
  return open.length === 0
    ? 'nothing to do until the first pull request opens.'
    : `review and merge ${numbers(open)}, in any order.`;
};

const pullsOf = (plan: Plan): readonly number[] =>
  plan.items.flatMap((item) => (item.state.name === 'proposed' ? [item.state.pull] : []));

const reviewable = (plan: Plan): string => {
  const open = pullsOf(plan);
  return open.length === 0
    ? 'nothing to do until the first pull request opens.'
    : `review ${numbers(open)}: an approving review lets a member in.`;
};

/** What is stuck, with the command that moves it. */
const others = (plan: Plan): readonly string[] => {
  if (plan.state.name === 'draft' || plan.state.name === 'landed' || plan.state.name === 'cancelled') return [];
  const lost = inState(plan.items, 'failed', 'skipped', 'cancelled');
  const held = inState(plan.items, 'held');
  const conflicting = plan.items.filter(
    ({ state }) => state.name === 'held' && (state.why.kind === 'conflict' || state.why.kind === 'verify-failed'),
  );
  return [
    ...(plan.paused ? ['`/parallel resume` goes on.'] : []),
    ...(lost.length === 0 ? [] : [`\`/parallel retry\` tries ${numbers(lost)} again.`]),
    ...(held.length === 0 ? [] : [`${numbers(held)} ${held.length === 1 ? 'is' : 'are'} held: the table says why.`]),
    ...conflicting.map(({ issue }) => `\`/parallel fix #${issue}\` gives #${issue} to its agent, with the other side.`),
  ];
};

const inState = (items: readonly Item[], ...names: readonly ItemState['name'][]): readonly number[] =>
  items.filter((item) => names.includes(item.state.name)).map((item) => item.issue);
