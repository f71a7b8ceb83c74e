import type { Item, Plan } from '#core/types.ts';
import type { Store } from '#engine/ports.ts';

/** The plan with what its running agents have spent up to now: facts tell it only when they end. */
export const spentSoFar = async (store: Pick<Store, 'spent'>, plan: Plan): Promise<Plan> => {
  const items = plan.items.map(async (item): Promise<Item> => {
    if (item.state.name !== 'running') return item;
    const now = await store.spent({ plan: plan.id, item: item.issue, attempt: item.state.attempt });
    return now === 0 ? item : { ...item, cost: (item.cost ?? 0) + now };
  });
  return { ...plan, items: await Promise.all(items) };
};
