import { covers } from '#core/approve/approval.ts';
import { byCriticalPath, changing, freeSlots, isBusy, isLost, obstacle } from '#core/dispatch/ready.ts';
import { attemptLimit } from '#core/dispatch/retry.ts';
import { eligibleHeads, sameHeads } from '#core/integrate/eligible.ts';
import { inWhileFixed } from '#core/journey/departed.ts';
import { fixOf, unfixed, withdrawnFix } from '#core/journey/fix.ts';
import { landed } from '#core/journey/pull.ts';
import { isStarted, itemOf, withState } from '#core/journey/step.ts';
import type { Fix, Instant, Item, Plan } from '#core/types.ts';

/**
 * What follows from where things stand, whatever happened last: items whose dependencies are verified are released,
 * those that need a lost one are skipped, a round of integration begins when its members are there. Run after every
 * fact, so a missed or repeated one changes nothing.
 */
export const settle = (plan: Plan, at: Instant): Plan =>
  isStarted(plan) ? stopAll(finish(integrate(release(again(paused(plan)), at)), at)) : stopAll(plan);

/** Nothing runs for a plan that is over. */
const stopAll = (plan: Plan): Plan => {
  const stop =
    plan.state.name === 'cancelled'
      ? { by: plan.state.by, why: 'the plan was cancelled' }
      : plan.state.name === 'landed'
        ? { by: 'a person', why: 'the plan landed without it' }
        : undefined;
  if (stop === undefined) return plan;
  return plan.items
    .filter((item) => isBusy(item) || item.state.name === 'waiting' || item.state.name === 'publishing')
    .reduce((rest, item) => {
      const fix = fixOf(item.state);
      // The member itself stands, with its pull request: only what its agent was to do now is over.
      return withState(
        rest,
        item.issue,
        fix === undefined ? { name: 'cancelled', ...stop } : withdrawnFix(fix, stop.by),
      );
    }, plan);
};

/** What no worker has taken yet does not start while the plan is paused. */
const paused = (plan: Plan): Plan =>
  plan.paused
    ? plan.items
        .filter((item) => item.state.name === 'queued')
        .reduce((rest, item) => withState(rest, item.issue, { name: 'waiting', on: 'resume', ...fixing(item) }), plan)
    : plan;

/** What was skipped waits again when what it needs is taken up again, if its text is still the approved one. */
const again = (plan: Plan): Plan => {
  const back = plan.items.find(
    (item) =>
      item.state.name === 'skipped' &&
      !('lost' in obstacle(plan, item)) &&
      'approval' in plan.state &&
      covers(plan.state.approval, item),
  );
  return back === undefined ? plan : again(withState(plan, back.issue, { name: 'waiting', on: 'base' }));
};

const release = (plan: Plan, at: Instant): Plan =>
  byCriticalPath(plan)
    .map((item) => item.issue)
    .reduce((rest, issue) => {
      const item = itemOf(rest, issue);
      if (item?.state.name === 'skipped') return stillSkipped(rest, item);
      return item?.state.name === 'waiting' ? releaseOne(rest, item, at) : rest;
    }, plan);

/** The reason names what is lost now: the first that was may have been taken up again. */
const stillSkipped = (plan: Plan, item: Item): Plan => {
  const standing = obstacle(plan, item);
  return 'lost' in standing ? withState(plan, item.issue, { name: 'skipped', because: standing.lost }) : plan;
};

const releaseOne = (plan: Plan, item: Item, at: Instant): Plan => {
  const fix = fixOf(item.state);
  // What an agent goes on with stands on its branch already: it needs no other item first.
  const standing = fix === undefined ? obstacle(plan, item) : { on: [] };
  if ('lost' in standing) return withState(plan, item.issue, { name: 'skipped', because: standing.lost });
  const on = standing.on.length > 0 ? standing.on : hindrance(plan);
  if (on !== undefined) return withState(plan, item.issue, { name: 'waiting', on, ...fixing(item) });
  if (item.attempts >= attemptLimit(plan)) {
    const failure = { kind: 'unavailable', what: `all ${attemptLimit(plan)} attempts are used up` } as const;
    return withState(
      plan,
      item.issue,
      fix === undefined ? { name: 'failed', failure, attempt: item.attempts } : unfixed(fix, failure),
    );
  }
  return withState(plan, item.issue, { name: 'queued', attempt: item.attempts + 1, since: at, ...fixing(item) });
};

const fixing = (item: Item): { readonly fix?: Fix } => {
  const fix = fixOf(item.state);
  return fix === undefined ? {} : { fix };
};

/** What keeps an item that needs no other from starting now. */
const hindrance = (plan: Plan): 'base' | 'slot' | 'resume' | undefined => {
  if (plan.state.name === 'running' && plan.state.base === 'preparing') return 'base';
  if (plan.paused) return 'resume';
  return freeSlots(plan) <= 0 ? 'slot' : undefined;
};

/** Can no member change without a person? */
const isSettled = (plan: Plan): boolean => changing(plan).size === 0;

const integrate = (plan: Plan): Plan => {
  if (plan.alone || plan.settings.strategy !== 'integration') return plan;
  if (plan.state.name !== 'running' && plan.state.name !== 'proposed') return plan;
  const { approval, startedAt, base } = plan.state;
  const heads = eligibleHeads(plan);
  if (base === 'preparing') return plan;
  // With nobody left, a round still takes out what an earlier one put in.
  const wasIn = plan.integration?.members.some((member) => 'merged' in member) ?? false;
  if (Object.keys(heads).length === 0 && !wasIn) return plan;
  if (plan.settings.integrate === 'verified' && !isSettled(plan)) return plan;
  // That an agent goes on with some of them is worth no round: their next head comes.
  if (plan.integration !== undefined && sameHeads(plan.integration.heads, { ...inWhileFixed(plan), ...heads }))
    return plan;
  const pull = plan.state.name === 'proposed' ? plan.state.pull : ('none-yet' as const);
  return {
    ...plan,
    state: { name: 'integrating', approval, startedAt, base, round: (plan.integration?.round ?? 0) + 1, heads, pull },
  };
};

/** Without an integration branch people merge the pull requests one by one: the plan has landed with the last. */
const finish = (plan: Plan, at: Instant): Plan => {
  if (plan.alone || plan.settings.strategy === 'integration' || plan.items.length === 0) return plan;
  const last = plan.items.flatMap((item) => (item.state.name === 'merged' ? [item.state.pull] : [])).at(-1);
  return last !== undefined && plan.items.every((item) => item.state.name === 'merged' || isLost(item))
    ? landed(plan, last, at)
    : plan;
};
