import type { Plan, SpentBudget } from '#core/types.ts';

/** US dollars that may be spent; absent: no limit. `tokens`: for one attempt, on models without a price. */
export type Budgets = {
  readonly attempt: number | undefined;
  readonly item: number | undefined;
  readonly plan: number | undefined;
  readonly day: number;
  readonly tokens: number;
};

/** What the operator allows, whoever asks. */
export type Allowance = {
  readonly attempt: number | undefined;
  readonly day: number;
  readonly tokens: number;
};

/** The budgets of an attempt: of the item in its life, of its plan in all (the smaller of plan and repository), of the operator. */
export const budgetsOf = (plan: Plan, item: number, allowance: Allowance): Budgets => ({
  ...allowance,
  item: plan.items.find((other) => other.issue === item)?.text.agent.budget,
  plan: plan.settings.budget,
});

/** What was spent under each budget, what is under way included; tokens as `weighed` counts them, of `model`. */
export type Spent = {
  readonly attempt: number;
  readonly item: number;
  readonly plan: number;
  readonly day: number;
  readonly tokens: number;
};

/** `used up`: nothing is left for another request. `passed`: more was used than there was. */
export type Measure = 'used up' | 'passed';

/** The budget that is spent, the nearest to the attempt first; undefined while there is something left of each. */
export const spentBudget = (
  budgets: Budgets,
  spent: Spent,
  model: string,
  measure: Measure,
): SpentBudget | undefined => {
  const over = (used: number, limit: number): boolean => (measure === 'passed' ? used > limit : used >= limit);
  for (const level of ['attempt', 'item', 'plan', 'day'] as const) {
    const dollars = budgets[level];
    if (dollars !== undefined && over(spent[level], dollars)) return { of: level, dollars };
  }
  return over(spent.tokens, budgets.tokens) ? { of: 'tokens', tokens: budgets.tokens, model } : undefined;
};

/** US dollars that are left until the first budget is spent. */
export const dollarsLeft = (budgets: Budgets, spent: Spent): number =>
  Math.min(
    ...(['attempt', 'item', 'plan', 'day'] as const).map((of) => (budgets[of] ?? Number.POSITIVE_INFINITY) - spent[of]),
  );
