import type { Approval, Hash, Instant, Item, Plan } from '#core/types.ts';

/** Hash of what a person wrote in one issue: title and body, as GitHub gave them. */
export const textHash = (issue: { readonly title: string; readonly body: string }, hash: Hash): string =>
  hash(`${issue.title}\n${issue.body}`);

/** Pins the texts as they stand now; earlier pins of other items stay. */
export const approve = (plan: Plan, items: readonly Item[], by: string, at: Instant, hash: Hash): Approval => {
  const earlier = 'approval' in plan.state ? plan.state.approval.bodies : {};
  const bodies: Record<number, string> = { ...earlier, ...(plan.alone ? {} : { [plan.issue]: plan.bodyHash }) };
  for (const item of items) bodies[item.issue] = item.bodyHash;
  const numbers = Object.keys(bodies).sort((a, b) => Number(a) - Number(b));
  return { by, at, bodies, hash: hash(numbers.map((number) => `${number} ${bodies[Number(number)]}`).join('\n')) };
};

/** Does the approval cover the text of this item as last seen? */
export const covers = (approval: Approval, item: Item): boolean => approval.bodies[item.issue] === item.bodyHash;
