import { withState } from '#core/journey/step.ts';
import type { Base, Fact, Plan } from '#core/types.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** The base stands: contracts are committed, the integration branch is there. */
export const prepared = (plan: Plan, fact: Of<'prepared'>): Plan => {
  if (plan.state.name !== 'running' || plan.state.base !== 'preparing') return plan;
  const { moved: _sinceAnEarlierBase, ...rest } = plan;
  return { ...rest, state: { ...plan.state, base: fact.base }, ...fromAnew(plan, fact.base) };
};

/** The integration branch of an earlier life was made anew as well: rounds go on counting, over nothing merged. */
const fromAnew = (plan: Plan, base: Base): Pick<Plan, 'integration'> =>
  plan.integration === undefined
    ? {}
    : { integration: { round: plan.integration.round, heads: {}, head: base.contracts, members: [] } };

/** There is nothing to start from: the plan is a draft again and says why. */
export const notPrepared = (plan: Plan, fact: Of<'not-prepared'>): Plan => {
  if (plan.state.name !== 'running' || plan.state.base !== 'preparing') return plan;
  const back = plan.items
    .filter((item) => item.state.name === 'waiting')
    .reduce((rest, item) => withState(rest, item.issue, { name: 'ready' }), plan);
  return { ...back, state: { name: 'draft' }, notice: { on: plan.issue, text: fact.why, at: fact.at } };
};
