import type { Item, Plan } from '#core/types.ts';
import { numbers } from '#core/words/state.ts';

/** Where a proposed member of a sequential plan stands: it is next, with what landed and is not in it yet, or waits. */
export type Turn =
  | { readonly next: true; readonly behind: readonly number[] }
  | { readonly next: false; readonly after: readonly number[] };

/**
 * Whose turn it is to land: of the members whose pull requests are open, the first in merge order of which nothing is
 * missing that it needs. Undefined for an item that waits for no turn.
 */
export const turnOf = (plan: Plan, item: Item): Turn | undefined => {
  if (!isUnderWay(plan) || item.state.name !== 'proposed') return undefined;
  const open = inOrder(plan).filter((other) => other.state.name === 'proposed');
  const first = open.find((other) => missing(plan, other).length === 0);
  if (first?.issue !== item.issue) {
    const needs = missing(plan, item);
    return { next: false, after: needs.length > 0 ? needs : first === undefined ? [] : [first.issue] };
  }
  const known = item.state.work.landed ?? [];
  const behind = plan.items.filter(({ issue, state }) => state.name === 'merged' && !known.includes(issue));
  return { next: true, behind: behind.map(({ issue }) => issue) };
};

/** The turn in words, for people; empty for an item that waits for no turn. */
export const turnWords = (plan: Plan, item: Item): string => {
  const turn = turnOf(plan, item);
  if (turn === undefined) return '';
  if (!turn.next) return `waits for ${numbers(turn.after)} to land`;
  return turn.behind.length === 0
    ? 'next to land'
    : `next to land; is being brought on top of ${numbers(turn.behind)}, which landed`;
};

/** The turn as a commit's check run says it: true until the member is next, or is not any more, whoever lands before it. */
export const turnOnCommit = (plan: Plan, item: Item): string => {
  const isFree = turnOf(plan, item)?.next === false && missing(plan, item).length === 0;
  return isFree ? 'waits for its turn to land' : turnWords(plan, item);
};

/** Of a plan that was cancelled nothing more is pushed. */
const isUnderWay = ({ alone, settings, state }: Plan): boolean =>
  !alone && settings.strategy === 'sequential' && state.name !== 'cancelled' && state.name !== 'landed';

const inOrder = (plan: Plan): readonly Item[] => {
  const place = new Map(plan.report.plan.mergeOrder.map((issue, index) => [issue, index]));
  const at = (item: Item): number => place.get(item.issue) ?? Number.MAX_SAFE_INTEGER;
  return [...plan.items].sort((a, b) => at(a) - at(b) || a.issue - b.issue);
};

/** What an item needs of its plan and has not landed. */
const missing = (plan: Plan, item: Item): readonly number[] =>
  item.dependsOn.filter((issue) => plan.items.some((other) => other.issue === issue && other.state.name !== 'merged'));
