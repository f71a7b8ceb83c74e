import { approve, covers } from '#core/approve/approval.ts';
import { isLost } from '#core/dispatch/ready.ts';
import { hasErrors, isOffered, seen } from '#core/journey/seen.ts';
import { isStarted, withItem, withState } from '#core/journey/step.ts';
import { obstacles } from '#core/journey/verbs/start.ts';
import type { Commanded, Verb } from '#core/journey/verbs/verb.ts';
import type { Hash, Item, Plan } from '#core/types.ts';
import { numbers } from '#core/words/state.ts';

/** Takes lost items up again, with the text that is approved; of a plan that was given up, also the plan itself. */
export const retry: Verb = (plan, fact, items, hash) => {
  if (plan.state.name === 'landed')
    return { refused: `Plan #${plan.issue} has landed. File new issues for further work.` };
  const lost = items.filter((item) => isLost(item) || isWithoutPull(item));
  if (lost.length === 0 && plan.state.name !== 'cancelled')
    return { refused: 'There is nothing to retry: no item here has failed, was cancelled or skipped.' };
  const edited = isStarted(plan)
    ? lost.filter((item) => 'approval' in plan.state && !covers(plan.state.approval, item))
    : [];
  if (edited.length > 0) {
    return {
      refused: `${edited.map((item) => `#${item.issue}`).join(', ')} was edited after it was approved. \`/parallel approve\` approves what stands there now; then retry.`,
    };
  }
  const wrong = obstacles(plan, fact, lost);
  if (wrong.length > 0) return { refused: `Not tried again. ${wrong.join(' ')}` };
  const again = lost.reduce((rest, item) => withState(rest, item.issue, { name: 'waiting', on: 'base' }), plan);
  if (isStarted(plan)) return { plan: again };
  return {
    plan: {
      ...again,
      state: {
        name: 'running',
        approval: approve(plan, lost, fact.actor, fact.at, hash),
        startedAt: fact.at,
        base: 'preparing',
      },
    },
  };
};

/** Held without a pull request: the branch moved under the agent, or GitHub took none. Only new work goes on from there. */
const isWithoutPull = ({ state }: Item): boolean => state.name === 'held' && state.pull === undefined;

/** Pins what stands there now, for items whose next agent reads it. What is under way keeps the text that it was given. */
export const approveNow: Verb = (plan, fact, items, hash) => {
  if (plan.state.name === 'landed' || plan.state.name === 'cancelled')
    return { refused: `Plan #${plan.issue} is ${plan.state.name}: there is nothing to approve.` };
  const offered = fact.snapshot.items.filter((issue) => plan.alone || isOffered(issue)).map(({ issue }) => issue);
  // Of an issue that is gone or withdrawn nothing stands there to be approved.
  const edited = items.filter((item) => offered.includes(item.issue) && isEditedMember(plan, item));
  const read = edited.length === 0 ? plan : asItStands(plan, fact, edited, hash);
  const wrong = edited.filter((item) => hasErrors(read.report, item.issue)).map((item) => item.issue);
  if (wrong.length > 0)
    return {
      refused: `${numbers(wrong)} as edited has errors: mend them, then approve. What was approved before stands.`,
    };
  const open = items.filter(
    (item) => item.state.name === 'draft' || item.state.name === 'ready' || isLost(item) || edited.includes(item),
  );
  if (open.length === 0 && items.length > 0)
    return {
      refused:
        'There is nothing to approve: what is under way keeps the text that it was given. `/parallel cancel` and then `approve` and `retry` use the new one.',
    };
  const approval = approve(read, open, fact.actor, fact.at, hash);
  const state =
    read.state.name === 'draft' || read.state.name === 'approved'
      ? ({ name: 'approved', approval } as const)
      : 'approval' in read.state
        ? { ...read.state, approval }
        : read.state;
  return { plan: { ...read, state } as Plan };
};

/** A member whose text is not the approved one any more: the next agent that goes on with it reads what is approved now. */
const isEditedMember = (plan: Plan, item: Item): boolean =>
  ['proposed', 'held', 'merged'].includes(item.state.name) &&
  'approval' in plan.state &&
  !covers(plan.state.approval, item);

/** The plan with the texts of some members read and checked as they stand now; their states stay. */
const asItStands = (plan: Plan, fact: Commanded, members: readonly Item[], hash: Hash): Plan => {
  const unpinned = members.reduce((rest, item) => withState(rest, item.issue, { name: 'ready' }), plan);
  const read = seen(unpinned, fact.snapshot, fact.at, hash) ?? plan;
  return members.reduce(
    (rest, { issue, state, branch }) => withItem(rest, issue, (item) => ({ ...item, state, branch })),
    read,
  );
};
