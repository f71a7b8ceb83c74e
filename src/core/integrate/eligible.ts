import type { Item, Plan, Sha } from '#core/types.ts';

/** Holds that only a person can lift: such a member does not stand for a round. */
export const needsPerson = ({ state }: Pick<Item, 'state'>): boolean =>
  state.name === 'held' &&
  ['person', 'branch-moved', 'outside-scope', 'pull-request-refused', 'fix-failed', 'retargeted'].includes(
    state.why.kind,
  );

/** May the member be merged now: proposed, and approved on its head where the repository asks for that? */
const isEligible = (plan: Plan, item: Item): boolean => {
  if (needsPerson(item)) return false;
  if (item.state.name !== 'proposed' && item.state.name !== 'merged' && item.state.name !== 'held') return false;
  return plan.settings.integrate === 'verified' || item.approvedHead === item.state.work.head;
};

/** Heads of the members that stand for a round now, by item. */
export const eligibleHeads = (plan: Plan): Readonly<Record<number, Sha>> => {
  const heads: Record<number, Sha> = {};
  for (const item of plan.items)
    if (isEligible(plan, item) && 'work' in item.state) heads[item.issue] = item.state.work.head;
  return heads;
};

/** The same members with the same heads? An unchanged set is never integrated twice unasked. */
export const sameHeads = (a: Readonly<Record<number, Sha>>, b: Readonly<Record<number, Sha>>): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([item, head]) => b[Number(item)] === head);
