import { isStarted } from '#core/journey/step.ts';
import type { Fact, Plan } from '#core/types.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** The default branch is not where the plan began. The plan goes on from its base; people are told what that means. */
export const baseMoved = (plan: Plan, fact: Of<'base-moved'>): Plan => {
  const { moved: _before, ...rest } = plan;
  if (!isStarted(plan) || !('base' in plan.state) || plan.state.base === 'preparing') return rest;
  if (fact.moved.head === plan.state.base.sha) return rest;
  return { ...rest, moved: fact.moved };
};
