import type { Effect, Instant, Item, ItemState, Plan } from '#core/types.ts';

/** A step of a decision: the plan after it, and the effects that no change of state tells by itself. */
export type Step = { readonly plan: Plan; readonly effects: readonly Effect[] };

/** A step that only changes the plan. */
export const only = (plan: Plan): Step => ({ plan, effects: [] });

export const itemOf = (plan: Plan, issue: number): Item | undefined => plan.items.find((item) => item.issue === issue);

/** The plan with one item changed. */
export const withItem = (plan: Plan, issue: number, change: (item: Item) => Item): Plan => ({
  ...plan,
  items: plan.items.map((item) => (item.issue === issue ? change(item) : item)),
});

/** The plan with one item in another state. */
export const withState = (plan: Plan, issue: number, state: ItemState): Plan =>
  withItem(plan, issue, (item) => ({ ...item, state }));

/** The plan with a remark in the comment on issue `on`. */
export const withNotice = (plan: Plan, on: number, text: string, at: Instant): Plan => ({
  ...plan,
  notice: { on, text, at },
});

/** The plan without a remark: the next command was carried out. */
export const withoutNotice = (plan: Plan): Plan => {
  const { notice: _answered, ...rest } = plan;
  return rest;
};

/** Has the plan a base and an approval that work goes on from? */
export const isStarted = (plan: Plan): boolean =>
  plan.state.name === 'running' || plan.state.name === 'integrating' || plan.state.name === 'proposed';
