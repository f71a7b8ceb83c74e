import { goesOnFromCheckpoint } from '#core/dispatch/retry.ts';
import type { Closed, Effect, Failure, Item, Plan, Sha, Work } from '#core/types.ts';
import { attemptName } from '#core/words/names.ts';
import { letGo } from '#engine/attempt/checkpoint.ts';
import { fence } from '#engine/attempt/fence.ts';
import { implement } from '#engine/attempt/implement.ts';
import { publish } from '#engine/attempt/publish.ts';
import { startingPoint } from '#engine/attempt/starting-point.ts';
import type { Later } from '#engine/perform.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import type { Release } from '#engine/slots.ts';
import { announce, closed } from '#engine/spend/closed.ts';
import { turn } from '#engine/turn.ts';

type Attempt = Extract<Effect, { readonly kind: 'attempt' }>;

/** What all steps of one attempt share. */
export type Running = {
  readonly ports: Ports;
  readonly plan: Plan;
  readonly item: Item;
  readonly attempt: number;
  readonly claim: string;
  /** Why the attempt before it brought nothing, when it is tried again by itself. */
  readonly after?: Failure;
  /** Folder name of its worktree, and prefix of the facts it tells. */
  readonly name: string;
  /** Aborted when the attempt is no longer ours or the worker stops. */
  readonly signal: AbortSignal;
  /** Called when the agent has ended: the next agent may start while this one's work is guarded and verified. */
  readonly release: Release;
};

/** How the steps of an attempt end. */
export type Ending =
  | { readonly kind: 'work'; readonly work: Work }
  | { readonly kind: 'moved'; readonly work: Work; readonly found: Sha | 'deleted' }
  | { readonly kind: 'failure'; readonly failure: Failure; readonly cost?: number };

/**
 * One start of an agent, from claim to push: prepare, implement, guard, verify, publish. Whatever happens, it ends in
 * one fact and leaves no worktree. A start whose claim was taken over says nothing more.
 */
export const runAttempt = async (
  ports: Ports,
  job: Outboxed,
  effect: Attempt,
  stop: AbortSignal,
): Promise<undefined | Later> => {
  const release = await ports.slots.take(PATIENCE);
  if (release === undefined) return { later: PAUSE };
  try {
    const shut = await closed(ports);
    if (shut !== undefined) return await putOff(ports, job, shut);
    await attempt(ports, job, effect, stop, release);
  } finally {
    release();
  }
  return undefined;
};

/**
 * A worker takes some more attempts off the queue than it has places for agents, so that one can begin as soon as an
 * agent ends. One that waits longer than this (milliseconds) goes back, for a worker that has a place.
 */
const PATIENCE = 2_000;
const PAUSE = 1_000;

/** Nobody starts while the fleet pauses or the day's money is spent; asked again at its end, or within a minute (milliseconds). */
const putOff = async (ports: Ports, job: Outboxed, shut: Closed): Promise<Later> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  if (plan !== undefined) await announce(ports, [plan], shut);
  const left = Date.parse(shut.until) - Date.parse(ports.clock.now());
  return { later: Math.min(Math.max(left, 0) + 50, 60_000) };
};

const attempt = async (
  ports: Ports,
  job: Outboxed,
  effect: Attempt,
  stop: AbortSignal,
  release: Release,
): Promise<void> => {
  const before = (await ports.store.load(job.plan))?.plan.items.find((item) => item.issue === effect.item)?.state;
  const claim = ports.claim();
  const name = attemptName(job.plan, effect.item, effect.attempt);
  const cutOff = before?.name === 'running' && before.attempt === effect.attempt;
  const spent = cutOff
    ? await ports.store.spent({ plan: job.plan, item: effect.item, attempt: effect.attempt })
    : undefined;
  const told = {
    at: ports.clock.now(),
    item: effect.item,
    attempt: effect.attempt,
    claim,
    ...(spent === undefined || spent === 0 ? {} : { spent }),
  };
  const plan = await turn(ports, job.plan, { kind: 'attempt-claimed', id: `${name}-claim-${claim}`, ...told });
  const item = plan?.items.find((other) => other.issue === effect.item);
  if (plan === undefined || item?.state.name !== 'running' || item.state.claim !== claim) {
    if (cutOff) await clear(ports, job, name);
    return;
  }
  ports.log.info({ plan: plan.issue, item: item.issue, attempt: effect.attempt }, 'An attempt starts.');
  const guardian = fence(ports, job.plan, { item: item.issue, attempt: effect.attempt, claim }, stop);
  const running: Running = {
    ports,
    plan,
    item,
    attempt: effect.attempt,
    claim,
    name,
    signal: guardian.signal,
    release,
    ...(before?.name === 'queued' && before.after !== undefined ? { after: before.after } : {}),
  };
  const ending = await steps(running, before?.name === 'queued' && before.after?.kind === 'infrastructure').finally(
    guardian.close,
  );
  // Nobody needs the worktrees any more; what the fact sets off need not wait for their removal.
  const [now] = await Promise.all([tell(running, ending), clear(ports, job, name)]);
  const then = now?.items.find((other) => other.issue === item.issue)?.state;
  if (then !== undefined && !goesOnFromCheckpoint(then)) await letGo(running);
};

const steps = async (running: Running, afterCrash: boolean): Promise<Ending> => {
  try {
    const start = await startingPoint(running, afterCrash);
    if (start.kind === 'failure') return start;
    const built = start.kind === 'adopted' ? start.built : await implement(running, start);
    return built.kind === 'failure' ? built : await publish(running, built, start.expected);
  } catch (error) {
    if (!running.signal.aborted)
      running.ports.log.warn({ plan: running.plan.issue, item: running.item.issue, error }, 'An attempt broke off.');
    const what = running.signal.aborted
      ? 'the worker was stopped'
      : `${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'failure', failure: { kind: 'infrastructure', what: what.slice(0, 500) } };
  }
};

const tell = async (
  { ports, plan, item, attempt, claim, name }: Running,
  ending: Ending,
): Promise<Plan | undefined> => {
  ports.log.info(
    {
      plan: plan.issue,
      item: item.issue,
      attempt,
      ending: ending.kind === 'failure' ? ending.failure.kind : ending.kind,
    },
    'An attempt ended.',
  );
  const fact = { id: `${name}-end-${claim}`, at: ports.clock.now(), item: item.issue, attempt, claim };
  switch (ending.kind) {
    case 'work':
      return turn(ports, plan.id, { ...fact, kind: 'attempt-ended', outcome: { ok: true, work: ending.work } });
    case 'moved':
      return turn(ports, plan.id, { ...fact, kind: 'branch-moved', work: ending.work, found: ending.found });
    case 'failure':
      return turn(ports, plan.id, {
        ...fact,
        kind: 'attempt-ended',
        outcome: { ok: false, failure: ending.failure, ...(ending.cost === undefined ? {} : { cost: ending.cost }) },
      });
  }
};

/** No worktree is left behind, whoever made it. */
const clear = async (ports: Ports, job: Outboxed, name: string): Promise<void> => {
  await ports.git.removeWorktree(job.repository, name);
  await ports.git.removeWorktree(job.repository, `${name}-verify`);
};
