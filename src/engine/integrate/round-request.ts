import { broughtAlong, foundations, mergeOrder } from '#core/integrate/order.ts';
import type { Plan, Sha } from '#core/types.ts';
import type { ChainRequest } from '#engine/integrate/chain.ts';
import { planMember } from '#engine/integrate/plan-member.ts';

/** What a round asks of the chain: the members that stand for it, pinned; those they need that do not stand are out. */
export const roundRequest = (
  plan: Plan,
  { base, heads, at }: { base: ChainRequest['base']; heads: Readonly<Record<number, Sha>>; at: string },
): ChainRequest => {
  const order = mergeOrder(plan, Object.keys(heads).map(Number));
  const members = order.flatMap((item) => {
    const head = heads[item.issue];
    if (head === undefined) return [];
    const after = new Set([...foundations(plan, item), ...broughtAlong(item, heads)]);
    return [planMember(plan, item, { head, at, after })];
  });
  const out = plan.items.filter((item) => heads[item.issue] === undefined).map((item) => `${item.issue}`);
  return { base, members, out, policy: plan.settings.policy ?? 'each' };
};
