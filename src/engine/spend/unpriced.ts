import type { PlanId } from '#core/types.ts';
import type { Store } from '#engine/ports.ts';
import { revise } from '#engine/revise.ts';

/** Names of models are what agents ask for: a panel needs a few of them. */
const MOST = 20;

const nameOf = (plan: PlanId): string => `unpriced-${plan}`;

/** Models that agents of a plan used and that have no price. */
export const unpricedModels = async (store: Pick<Store, 'recall'>, plan: PlanId): Promise<readonly string[]> =>
  ((await store.recall(nameOf(plan))) as readonly string[] | undefined) ?? [];

/** Keeps a model for the panel of the plan. */
export const keepUnpriced = async (
  store: Pick<Store, 'recall' | 'swap'>,
  plan: PlanId,
  model: string,
): Promise<void> => {
  await revise<readonly string[]>(store, nameOf(plan), (known = []) =>
    known.includes(model) || known.length >= MOST ? known : [...known, model],
  );
};
