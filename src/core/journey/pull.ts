import { fixOf } from '#core/journey/fix.ts';
import { isStarted, itemOf, withItem, withState } from '#core/journey/step.ts';
import type { Fact, Plan } from '#core/types.ts';
import { pullBase } from '#core/words/names.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** The item's pull request is open. An item alone is thereby proposed as a whole. */
export const opened = (plan: Plan, fact: Of<'pull-opened'>): Plan => {
  const state = itemOf(plan, fact.item)?.state;
  if (state?.name !== 'publishing' || state.work.head !== fact.head) return plan;
  const { work, hold } = state;
  const proposed = withState(
    plan,
    fact.item,
    hold === undefined
      ? { name: 'proposed', work, pull: fact.pull }
      : { name: 'held', work, pull: fact.pull, why: hold },
  );
  if (!plan.alone || plan.state.name !== 'running' || plan.state.base === 'preparing') return proposed;
  return {
    ...proposed,
    state: { ...plan.state, name: 'proposed', base: plan.state.base, pull: fact.pull, proposedAt: fact.at },
  };
};

/** GitHub did not take the pull request; its sentence is for a person. */
export const refused = (plan: Plan, fact: Of<'pull-refused'>): Plan => {
  const state = itemOf(plan, fact.item)?.state;
  if (state?.name !== 'publishing' || state.work.head !== fact.head) return plan;
  return withState(plan, fact.item, {
    name: 'held',
    work: state.work,
    why: { kind: 'pull-request-refused', message: fact.message },
  });
};

/** The item's pull request was closed: landed when merged, cancelled when a person closed it unmerged (spec 5). */
export const closed = (plan: Plan, fact: Of<'pull-closed'>): Plan => {
  const now = itemOf(plan, fact.item)?.state;
  const fix = now === undefined ? undefined : fixOf(now);
  // An agent that goes on with it is ended like any other whose item is cancelled.
  const state =
    fix === undefined || fix.pull === undefined ? now : { name: 'held' as const, work: fix.work, pull: fix.pull };
  if (state === undefined || !('work' in state) || !('pull' in state) || state.pull !== fact.pull) return plan;
  if (!fact.merged) {
    if (state.name === 'merged') return plan;
    const how = { by: fact.by, why: 'the pull request was closed' };
    const without = withState(plan, fact.item, { name: 'cancelled', ...how, pull: fact.pull });
    // An item alone has no other way to land: its next attempt begins from the base of its day.
    return plan.alone ? { ...without, state: { name: 'cancelled', ...how, at: fact.at } } : without;
  }
  // Into the integration branch: the round that put it there says so. A person's merge is as good as an approval.
  const integrates = !plan.alone && plan.settings.strategy === 'integration';
  const approved = integrates
    ? withItem(plan, fact.item, (item) => ({ ...item, approvedHead: state.work.head }))
    : plan;
  if (integrates && fact.into !== plan.defaultBranch) return approved;
  const merged = withState(approved, fact.item, {
    name: 'merged',
    work: state.work,
    pull: fact.pull,
    commit: state.name === 'merged' ? state.commit : state.work.head,
  });
  return plan.alone ? landed(merged, fact.pull, fact.at) : merged;
};

/** The pull request goes somewhere else now: the member stays out until it comes back. */
export const retargeted = (plan: Plan, fact: Of<'pull-retargeted'>): Plan => {
  const state = itemOf(plan, fact.item)?.state;
  if (state === undefined || !('work' in state) || !('pull' in state) || state.pull !== fact.pull) return plan;
  const { work, pull } = state;
  const held = state.name === 'held' ? state.why : undefined;
  const before = held?.kind === 'retargeted' ? held.before : held;
  if (fact.to !== pullBase(plan)) {
    const why = { kind: 'retargeted', to: fact.to, ...(before === undefined ? {} : { before }) } as const;
    return withState(plan, fact.item, { name: 'held', work, pull, why });
  }
  if (held?.kind !== 'retargeted') return plan;
  return withState(
    plan,
    fact.item,
    before === undefined ? { name: 'proposed', work, pull } : { name: 'held', work, pull, why: before },
  );
};

/** The latest review by somebody who may write, on one head. */
export const reviewed = (plan: Plan, fact: Of<'reviewed'>): Plan =>
  withItem(plan, fact.item, (item) => {
    if (!('pull' in item.state) || item.state.pull !== fact.pull) return item;
    const { approvedHead: _earlier, ...rest } = item;
    return fact.approved ? { ...rest, approvedHead: fact.head } : rest;
  });

/** A person pushed to the item's branch: inside the scope it becomes the work, outside it the member is held. */
export const pushedByPerson = (plan: Plan, fact: Of<'pushed-by-person'>): Plan => {
  const state = itemOf(plan, fact.item)?.state;
  if (state === undefined || !('work' in state) || state.work.head === fact.head) return plan;
  const work = { ...state.work, head: fact.head, base: fact.base ?? state.work.base, changes: fact.changes };
  const pull = 'pull' in state && state.pull !== undefined ? { pull: state.pull } : {};
  if (fact.refused.length > 0)
    return withState(plan, fact.item, {
      name: 'held',
      work,
      ...pull,
      why: { kind: 'outside-scope', refused: fact.refused },
    });
  // Its pull request counts as merged: the new head gets one of its own.
  if (state.name === 'merged') return isStarted(plan) ? withState(plan, fact.item, { name: 'publishing', work }) : plan;
  const stays = state.name === 'held' && ['person', 'branch-moved', 'retargeted'].includes(state.why.kind);
  if (stays) return 'pull' in pull ? withState(plan, fact.item, { ...state, work }) : plan;
  return 'pull' in pull ? withState(plan, fact.item, { name: 'proposed', work, pull: pull.pull }) : plan;
};

/** The plan's work is in the default branch. */
export const landed = (plan: Plan, pull: number, at: string): Plan =>
  'approval' in plan.state && 'startedAt' in plan.state
    ? { ...plan, state: { name: 'landed', approval: plan.state.approval, startedAt: plan.state.startedAt, pull, at } }
    : plan;
