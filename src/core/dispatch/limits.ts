import type { Item, PlanText, Settings } from '#core/types.ts';

const least = (...numbers: readonly (number | undefined)[]): number | undefined => {
  const given = numbers.filter((number) => number !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
};

/** The repository's settings lowered to what the plan's Limits say; the plan's strategy and verification win. */
export const forPlan = (settings: Settings, plan: PlanText | undefined): Settings => {
  if (plan === undefined) return settings;
  const budget = least(settings.budget, plan.limits.budget);
  const slots = least(settings.slots, plan.limits.slots);
  const attempts = least(settings.attempts, plan.limits.attempts);
  return {
    ...settings,
    strategy: plan.strategy ?? settings.strategy,
    verify: plan.commands.length > 0 ? plan.commands : settings.verify,
    ...(budget === undefined ? {} : { budget }),
    ...(slots === undefined ? {} : { slots }),
    ...(attempts === undefined ? {} : { attempts }),
  };
};

/** Minutes of wall time for one attempt; 30 when nobody says (spec 7). */
export const minutesFor = (item: Item, settings: Settings): number =>
  least(item.text.agent.timeout, settings.timeout) ?? 30;
