import { byCriticalPath } from '#core/dispatch/ready.ts';
import { forecasting, standingForecast } from '#core/journey/forecasting.ts';
import { labelling, painting } from '#core/journey/labelling.ts';
import { landing } from '#core/journey/landing.ts';
import { sequencing, standingSequence } from '#core/journey/sequence.ts';
import { isStarted } from '#core/journey/step.ts';
import { writing } from '#core/journey/writing.ts';
import type { Claim, Effect, Fact, Item, ItemState, Plan, Sha, Work } from '#core/types.ts';
import { attemptName } from '#core/words/names.ts';

/**
 * What each change of state asks of the world: the one table from (before, after) to effects. The id of the fact that
 * made the change keeps the names of level-triggered effects apart.
 */
export const consequences = (before: Plan | undefined, after: Plan, fact: Fact): readonly Effect[] => [
  ...planEffects(before, after),
  ...after.items.flatMap((item) =>
    itemEffects(
      before?.items.find((other) => other.issue === item.issue),
      item,
      after,
    ),
  ),
  ...sequencing(before, after, fact),
  ...landing(before, after, fact.kind === 'integration-closed'),
  ...forecasting(before, after, fact),
  ...writing(before, after, fact),
  ...labelling(before, after, fact),
  ...painting(before, after),
];

const planEffects = (before: Plan | undefined, after: Plan): readonly Effect[] => {
  const effects: Effect[] = [];
  const { state } = after;
  if (state.name === 'running' && state.base === 'preparing' && before?.state.name !== 'running') {
    effects.push({
      kind: 'prepare',
      name: `${after.id}-prepare-${state.approval.hash.slice(0, 12)}-${state.startedAt.replace(/\D/g, '')}`,
    });
  }
  if (state.name === 'integrating' && !(before?.state.name === 'integrating' && before.state.round === state.round)) {
    effects.push({ kind: 'integrate', name: `${after.id}-integrate-${state.round}`, round: state.round });
  }
  const { integration } = after;
  if (
    integration !== undefined &&
    integration.round !== before?.integration?.round &&
    integration.members.some((member) => 'merged' in member)
  ) {
    effects.push({
      kind: 'propose-integration',
      name: `${after.id}-propose-integration-${integration.round}`,
      round: integration.round,
    });
  }
  return effects;
};

const itemEffects = (before: Item | undefined, after: Item, plan: Plan): readonly Effect[] => {
  const { state } = after;
  if (before?.state === state) return [];
  if (state.name === 'queued' && !(before?.state.name === 'queued' && before.state.attempt === state.attempt)) {
    return [attempt(plan, after, state.attempt)];
  }
  if (state.name === 'publishing') return [proposal(plan, after.issue, state.work.head)];
  if (state.name === 'held' && before?.state.name === 'running') return movedUnder(plan, after, before.state.attempt);
  if ('work' in state && needsCheckRun(before?.state, state)) return [checkRun(plan, after.issue, state.work.head)];
  return [];
};

/** What a person pushed while an agent went on with the member was heard of then: it is looked at now. */
const movedUnder = (plan: Plan, { issue, state }: Item, number: number): readonly Effect[] => {
  if (state.name !== 'held' || state.why.kind !== 'branch-moved' || state.pull === undefined) return [];
  const { found } = state.why;
  const name = `${plan.id}-inspect-${issue}-${found.slice(0, 12)}-under-${number}`;
  return found === 'deleted' ? [] : [{ kind: 'inspect-push', name, item: issue, head: found }];
};

const attempt = (plan: Plan, item: Item, number: number): Effect => ({
  kind: 'attempt',
  name: `attempt-${attemptName(plan.id, item.issue, number)}`,
  item: item.issue,
  attempt: number,
  priority: 1 + byCriticalPath(plan).findIndex((other) => other.issue === item.issue),
});

const proposal = (plan: Plan, item: number, head: Sha): Effect => ({
  kind: 'propose',
  name: `${plan.id}-propose-${item}-${head.slice(0, 12)}`,
  item,
  head,
});

const checkRun = (plan: Plan, item: number, head: Sha): Effect => ({
  kind: 'check-run',
  name: `${plan.id}-check-${item}-${head.slice(0, 12)}`,
  item,
  head,
});

/** Each head that people see gets one check run: when its pull request opens, and when a person pushes. */
const needsCheckRun = (before: ItemState | undefined, after: Extract<ItemState, { readonly work: Work }>): boolean =>
  'pull' in after &&
  after.pull !== undefined &&
  (before?.name === 'publishing' || (before !== undefined && 'work' in before && before.work.head !== after.work.head));

/** A plan that is integrating waits for its round, and after that for its pull request. */
const nextOf = ({ state, integration }: Plan): Effect['kind'] | undefined => {
  if (state.name !== 'integrating') return undefined;
  return integration?.round === state.round ? 'propose-integration' : 'integrate';
};

/**
 * The effects that the state itself asks for, whether or not they were handed on before: what is lost with a queue
 * is asked for again under the same name, and what is still queued is not doubled.
 */
export const standing = (plan: Plan): readonly Effect[] => [
  ...planEffects(undefined, plan).filter(({ kind }) => kind === 'prepare' || kind === nextOf(plan)),
  ...standingForecast(plan),
  ...standingSequence(plan),
  ...plan.items.flatMap((item) => {
    const { state } = item;
    if (state.name === 'queued' || state.name === 'running') return [attempt(plan, item, state.attempt)];
    return state.name === 'publishing' ? [proposal(plan, item.issue, state.work.head)] : [];
  }),
];

/** Scopes that the plan holds against other plans of the repository: those of items that may still change files. */
export const claimsOf = (plan: Plan): readonly Claim[] =>
  isStarted(plan)
    ? plan.items
        .filter((item) => !['draft', 'ready', 'cancelled', 'failed', 'skipped'].includes(item.state.name))
        .flatMap((item) =>
          item.text.scope.map((entry) => ({
            plan: plan.id,
            planIssue: plan.issue,
            item: item.issue,
            pattern: entry.pattern,
          })),
        )
    : [];
