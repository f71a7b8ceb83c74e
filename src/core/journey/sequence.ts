import { itemOf, withNotice, withoutNotice, withState } from '#core/journey/step.ts';
import type { Effect, Fact, Item, Plan } from '#core/types.ts';
import { turnOf } from '#core/words/sequence.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** The next member to land stands on what landed: its branch has a new head, or had everything already. */
export const rebased = (plan: Plan, fact: Of<'rebased'>): Plan => {
  const state = itemOf(plan, fact.item)?.state;
  if (state?.name !== 'proposed' || state.work.head !== fact.from) return plan;
  const moved = withState(plan, fact.item, { ...state, work: fact.work });
  return plan.notice?.text.startsWith(putOff(fact.item)) === true ? withoutNotice(moved) : moved;
};

/** People are told what keeps it from its turn, once. */
export const rebasePutOff = (plan: Plan, fact: Of<'rebase-put-off'>): Plan => {
  const text = `${putOff(fact.item)} ${fact.message}`;
  return itemOf(plan, fact.item)?.state.name !== 'proposed' || plan.notice?.text === text
    ? plan
    : withNotice(plan, plan.issue, text, fact.at);
};

const putOff = (item: number): string => `#${item} is not brought on top of what landed yet:`;

/** It does not go on top of what landed: a person decides, and the next one has its turn. */
export const notRebased = (plan: Plan, fact: Of<'not-rebased'>): Plan => {
  const state = itemOf(plan, fact.item)?.state;
  if (state?.name !== 'proposed' || state.work.head !== fact.head) return plan;
  return withState(plan, fact.item, { name: 'held', work: state.work, pull: state.pull, why: fact.why });
};

/**
 * When a member's turn comes, it is brought on top of what landed; where it stands there already, its check run says
 * that it is next. One that was next, until an earlier one got its pull request, has its check run take that back.
 */
export const sequencing = (before: Plan | undefined, after: Plan, fact: Fact): readonly Effect[] =>
  after.items.flatMap((item): readonly Effect[] => {
    const then = before?.items.find((other) => other.issue === item.issue);
    const [now, was] = [faceOf(after, item), before && then && faceOf(before, then)];
    if (now === was) return [];
    const rebase = rebaseOf(after, item);
    if (rebase !== undefined) return [{ ...rebase, name: `${rebase.name}-${fact.id}` }];
    // The check run of a head that just appeared says it by itself.
    if (then?.state.name !== 'proposed' || item.state.name !== 'proposed') return [];
    const { head } = item.state.work;
    if (then.state.work.head !== head) return [];
    const name = `${after.id}-check-${item.issue}-${head.slice(0, 12)}-turn-${fact.id}`;
    return [{ kind: 'check-run', name, item: item.issue, head, again: true }];
  });

/** What is asked for again when the queue was lost. */
export const standingSequence = (plan: Plan): readonly Effect[] =>
  plan.items.flatMap((item) => rebaseOf(plan, item) ?? []);

const rebaseOf = (plan: Plan, item: Item): Extract<Effect, { readonly kind: 'rebase' }> | undefined => {
  const turn = turnOf(plan, item);
  if (turn?.next !== true || turn.behind.length === 0 || item.state.name !== 'proposed') return undefined;
  const { head } = item.state.work;
  const name = `${plan.id}-rebase-${item.issue}-${head.slice(0, 12)}-${turn.behind.join('-')}`;
  return { kind: 'rebase', name, item: item.issue, head };
};

const faceOf = (plan: Plan, item: Item): string => {
  const turn = turnOf(plan, item);
  if (turn?.next !== true || item.state.name !== 'proposed') return '';
  return `${item.state.work.head} ${turn.behind.join(' ')}`;
};
