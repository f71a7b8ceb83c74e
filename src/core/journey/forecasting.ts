import { firm, members, sameMembers } from '#core/forecast/members.ts';
import { faced, unsure } from '#core/forecast/opponents.ts';
import type { Effect, Fact, Plan } from '#core/types.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** The matrix as it was looked at. One that was overtaken does not replace one that is up to date. */
export const foreseen = (plan: Plan, fact: Of<'forecast'>): Plan => {
  const now = members(plan);
  if (Object.keys(now.heads).length === 0) return plan;
  const upToDate = plan.forecast !== undefined && sameMembers(plan.forecast, now);
  return upToDate && !sameMembers(fact.forecast, now)
    ? plan
    : { ...plan, forecast: fact.forecast, styles: fact.styles };
};

/**
 * Every head that moves asks for its row of the matrix. Checkpoints of running agents move often: those of ten seconds
 * are looked at together. What the matrix says of a pull request anew, or no longer, is said there.
 */
export const forecasting = (before: Plan | undefined, after: Plan, fact: Fact): readonly Effect[] => [
  ...asked(before, after, fact),
  ...notes(before, after, fact),
];

const asked = (before: Plan | undefined, after: Plan, fact: Fact): readonly Effect[] => {
  if (baseMoved(after, fact)) return [{ kind: 'forecast', name: `${after.id}-forecast-${fact.id}` }];
  const now = members(after);
  const then = before === undefined ? { heads: {}, provisional: [] } : members(before);
  if (!isOpen(after) || sameMembers(now, then)) return [];
  return sameMembers(firm(now), firm(then))
    ? [{ kind: 'forecast', name: `${after.id}-forecast-at-${fact.at.slice(0, 18).replace(/\D/g, '')}`, since: fact.at }]
    : [{ kind: 'forecast', name: `${after.id}-forecast-${fact.id}` }];
};

/** Where members land one by one, a look that finds the default branch moved asks for the whole matrix. */
const baseMoved = ({ settings, forecast }: Plan, fact: Fact): boolean =>
  fact.kind === 'seen' &&
  settings.strategy !== 'integration' &&
  'sha' in fact.snapshot.base &&
  forecast !== undefined &&
  forecast.base !== fact.snapshot.base.sha;

/** Asked for again when the queue was lost. */
export const standingForecast = (plan: Plan): readonly Effect[] =>
  isOpen(plan) ? [{ kind: 'forecast', name: `${plan.id}-forecast-standing` }] : [];

/** Is there a pair that was not looked at yet? */
const isOpen = (plan: Plan): boolean => {
  const now = members(plan);
  return Object.keys(now.heads).length > 1 && (plan.forecast === undefined || !sameMembers(plan.forecast, now));
};

const notes = (before: Plan | undefined, after: Plan, fact: Fact): readonly Effect[] =>
  Object.keys(members(after).heads)
    .map(Number)
    .filter((item) => before !== undefined && isNews(before, after, item))
    .map((item) => ({ kind: 'conflict-note', name: `${after.id}-conflict-note-${item}-${fact.id}`, item }));

/**
 * Is somebody in the way anew, or is somebody not any more? In which files may change without a word, and of what an agent is at
 * work on nothing is known.
 */
const isNews = (before: Plan, after: Plan, item: number): boolean => {
  const [then, now] = [Object.keys(faced(before, item)), Object.keys(faced(after, item))];
  const perhaps = unsure(after, item);
  return (
    now.some((name) => !then.includes(name)) ||
    [...then, ...unsure(before, item)].some((name) => !now.includes(name) && !perhaps.has(name))
  );
};
