import type { PlanId } from '#core/types.ts';
import type { Store } from '#engine/ports.ts';

/** Names of models are what agents ask for: a panel needs a few of them. */
const MOST = 20;

const nameOf = (plan: PlanId): string => `unpriced-${plan}`;

/** Models that agents of a plan used and that have no price. */
export const unpricedModels = async (store: Pick<Store, 'recall'>, plan: PlanId): Promise<readonly string[]> =>
  ((await store.recall(nameOf(plan))) as readonly string[] | undefined) ?? [];

/** Keeps a model for the panel of the plan. */
export const keepUnpriced = async (
  store: Pick<Store, 'recall' | 'record'>,
  plan: PlanId,
  model: string,
): Promise<void> => {
  const known = await unpricedModels(store, plan);
  if (!known.includes(model) && known.length < MOST) await store.record(nameOf(plan), [...known, model]);
};
