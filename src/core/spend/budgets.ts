import type { Plan, SpentBudget } from '#core/types.ts';

/** What a request to a model counts for, the nearest to the attempt first. */
export const LEVELS = ['attempt', 'item', 'plan', 'day'] as const;
export type Level = (typeof LEVELS)[number];

/** US dollars that may be spent; undefined: no limit. */
export type Limits = Readonly<Record<Level, number | undefined>>;

/** US dollars that may be spent, and `tokens` of one attempt on models without a price. */
export type Budgets = Limits & { readonly day: number; readonly tokens: number };

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

/** US dollars under each budget as one request sees them: `spent` stands in the ledger, `held` is set aside for other requests. */
export type Standing = Readonly<Record<Level, { readonly spent: number; readonly held: number }>>;

/** The budget of which nothing is left for another request, the nearest to the attempt first. */
export const usedUp = (limits: Limits, standing: Standing): SpentBudget | undefined =>
  found(limits, (level, dollars) => standing[level].spent >= dollars);

/** The budget that a request passes when it uses so many dollars, with all that is spent and set aside for others. */
export const passedBy = (limits: Limits, standing: Standing, used: number): SpentBudget | undefined =>
  found(limits, (level, dollars) => standing[level].spent + standing[level].held + used > dollars);

/** US dollars until the first budget is spent: `left` by the ledger alone, `free` of what others have set aside as well. */
export const roomIn = (limits: Limits, standing: Standing): { readonly left: number; readonly free: number } => {
  const least = (of: (level: Level) => number): number =>
    Math.min(...LEVELS.map((level) => (limits[level] ?? Number.POSITIVE_INFINITY) - of(level)));
  return {
    left: least((level) => standing[level].spent),
    free: least((level) => standing[level].spent + standing[level].held),
  };
};

const found = (limits: Limits, over: (level: Level, dollars: number) => boolean): SpentBudget | undefined => {
  for (const of of LEVELS) {
    const dollars = limits[of];
    if (dollars !== undefined && over(of, dollars)) return { of, dollars };
  }
  return undefined;
};
