import type { ForecastConflict, Plan } from '#core/types.ts';
import { pullOf } from './member.ts';
import { members } from './members.ts';
import type { Faced } from './told.ts';

/** A conflict as one of its two sides sees it: the other item with its pull request, or the base. */
export type Opponent = { readonly with: { readonly item: number; readonly pull: number } | 'base' } & Pick<
  ForecastConflict,
  'files' | 'more' | 'reason'
>;

/**
 * With whom an item's pull request will not merge: members that have a pull request too. What a running agent has so far
 * may be gone in a minute, so it counts for the panel only, as does what the app settles by itself.
 */
export const opponents = (plan: Plan, item: number): readonly Opponent[] => {
  if (plan.forecast === undefined || pullNumber(plan, item) === undefined) return [];
  const standing = members(plan).heads;
  const { provisional, conflicts } = plan.forecast;
  return conflicts
    .filter(({ byRule }) => byRule !== true)
    .filter(({ a, b }) => (a === item || b === item) && !provisional.includes(a) && !provisional.includes(Number(b)))
    .flatMap(({ a, b, files, more, reason }): Opponent[] => {
      const what = { files, ...(more === undefined ? {} : { more }), ...(reason === undefined ? {} : { reason }) };
      if (b === 'base') return [{ with: 'base', ...what }];
      const other = a === item ? b : a;
      const pull = pullNumber(plan, other);
      return pull === undefined || standing[other] === undefined ? [] : [{ with: { item: other, pull }, ...what }];
    });
};

/** The conflicts that a pull request is told of, with the heads between which they are; the base by that name. */
export const faced = (plan: Plan, item: number): Faced =>
  Object.fromEntries(
    opponents(plan, item).map(({ with: other }) => {
      const { heads = {}, base } = plan.forecast ?? {};
      return other === 'base'
        ? ['base', `${heads[item]} ${base}`]
        : [`${other.item}`, `${heads[item]} ${heads[other.item]}`];
    }),
  );

/** Opponents of whom nobody knows yet: an agent goes on with one of the two, or its work is being published. */
export const unsure = (plan: Plan, item: number): ReadonlySet<string> => {
  const { conflicts = [], provisional = [] } = plan.forecast ?? {};
  const found = conflicts
    .filter(({ a, b }) => a === item || b === item)
    .flatMap(({ a, b }) => {
      const other = a === item ? b : a;
      const both = other === 'base' ? [item] : [item, other];
      const moves = both.some((one) => provisional.includes(one) || isPublishing(plan, one));
      const shown = both.every((one) => pullNumber(plan, one) !== undefined || isPublishing(plan, one));
      return moves && shown ? [`${other}`] : [];
    });
  return new Set(found);
};

const isPublishing = (plan: Plan, issue: number): boolean =>
  plan.items.some((item) => item.issue === issue && item.state.name === 'publishing');

const pullNumber = (plan: Plan, issue: number): number | undefined => {
  const item = plan.items.find((one) => one.issue === issue);
  return item === undefined ? undefined : pullOf(item);
};
