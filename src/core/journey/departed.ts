import { eligibleHeads } from '#core/integrate/eligible.ts';
import { fixOf } from '#core/journey/fix.ts';
import type { Plan, Sha } from '#core/types.ts';

/** Members with heads that are in the integration while an agent goes on with them: they stay in until their next head comes. */
export const inWhileFixed = (plan: Plan): Readonly<Record<number, Sha>> =>
  Object.fromEntries(
    plan.items.flatMap((item) => {
      const head = fixOf(item.state)?.work.head;
      return head !== undefined && plan.integration?.heads[item.issue] === head ? [[item.issue, head]] : [];
    }),
  );

/** Of the members of a round under way, those that do not stand for it any more: held, closed, pushed again, not approved. */
export const departed = (plan: Plan, heads: Readonly<Record<number, Sha>>): readonly number[] => {
  const standing = { ...inWhileFixed(plan), ...eligibleHeads(plan) };
  return Object.keys(heads)
    .map(Number)
    .filter((item) => standing[item] !== heads[item]);
};
