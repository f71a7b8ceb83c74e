import type { Item, Plan, Sha } from '#core/types.ts';

/**
 * Members in the order in which they are merged: the checked merge order (dependency, then the plan's Merge order,
 * then number), with items that the report does not place at the end.
 */
export const mergeOrder = (plan: Plan, members: readonly number[]): readonly Item[] => {
  const place = new Map(plan.report.plan.mergeOrder.map((issue, index) => [issue, index]));
  return plan.items
    .filter((item) => members.includes(item.issue))
    .sort(
      (a, b) =>
        (place.get(a.issue) ?? Number.MAX_SAFE_INTEGER) - (place.get(b.issue) ?? Number.MAX_SAFE_INTEGER) ||
        a.issue - b.issue,
    );
};

/**
 * Members that a member's head contains and that do not stand for the round: merging it would bring them along, unseen.
 * Those that stand come by themselves, in their own order.
 */
export const broughtAlong = (item: Item, heads: Readonly<Record<number, Sha>>): readonly number[] =>
  'work' in item.state
    ? Object.keys(item.state.work.on ?? {})
        .map(Number)
        .filter((issue) => heads[issue] === undefined)
    : [];

/** Everything an item depends on, directly or through others, inside the plan. */
export const foundations = (plan: Plan, item: Item): ReadonlySet<number> => {
  const found = new Set<number>();
  const visit = (issue: number): void => {
    for (const next of plan.items.find((other) => other.issue === issue)?.dependsOn ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(item.issue);
  return found;
};
