import { prompt } from '#core/dispatch/prompt.ts';
import { isBusy } from '#core/dispatch/ready.ts';
import type { Effect, Plan } from '#core/types.ts';
import { itemComment } from '#core/words/item-comment.ts';
import { panel } from '#core/words/panel.ts';
import { answer } from '#engine/perform/answer.ts';
import { conflictNote } from '#engine/perform/conflict-note.ts';
import { deleteBranch } from '#engine/perform/delete-branch.ts';
import { forecast } from '#engine/perform/forecast.ts';
import { init } from '#engine/perform/init.ts';
import { inspectPush } from '#engine/perform/inspect-push.ts';
import { label, paint } from '#engine/perform/label.ts';
import { prepare } from '#engine/perform/prepare.ts';
import { checkRun, propose } from '#engine/perform/propose.ts';
import { proposeIntegration } from '#engine/perform/propose-integration.ts';
import { sayLanded } from '#engine/perform/say-landed.ts';
import { sticky } from '#engine/perform/sticky.ts';
import { endOf } from '#engine/perform/ten-seconds.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { closed } from '#engine/spend/closed.ts';
import { spentSoFar } from '#engine/spend/so-far.ts';
import { unpricedModels } from '#engine/spend/unpriced.ts';

/** Put the job back for this many milliseconds; not a failure. */
export type Later = { readonly later: number };

/**
 * Does one effect, once. What was done under a name stands in the ledger and is not done again; a try that was cut
 * off in the middle is found by what it left (a comment by its marker, a pull request by its branch). Only a name that
 * many changes share is done as often as it is asked for: one of them may be saved after the others were shown.
 */
export const perform = async (ports: Ports, job: Outboxed): Promise<undefined | Later> => {
  const pause = await pausedFor(ports, job);
  if (pause > 0) return { later: pause };
  const once = !isShared(job.effect);
  if (once && (await ports.store.recall(job.effect.name)) !== undefined) return undefined;
  try {
    const later = await act(ports, job);
    if (once && later === undefined) await ports.store.record(job.effect.name, { at: ports.clock.now() });
    return later;
  } catch (error) {
    const wait = rateLimit(error);
    if (wait === undefined) throw error;
    await ports.store.record(pauseName(job), { until: new Date(Date.parse(ports.clock.now()) + wait).toISOString() });
    ports.log.warn(
      { installation: job.repository.installation, seconds: Math.round(wait / 1_000) },
      'GitHub asks for a pause; all writes of this installation wait.',
    );
    return { later: wait };
  }
};

const act = async (ports: Ports, job: Outboxed): Promise<undefined | Later> => {
  const { effect } = job;
  switch (effect.kind) {
    case 'report':
    case 'panel':
      return write(ports, job, effect);
    case 'react':
      await ports.github(job.repository).react(job.repository, effect.comment, effect.reaction);
      return undefined;
    case 'answer':
      await answer(ports, job, effect);
      return undefined;
    case 'label':
      await label(ports, job, effect);
      return undefined;
    case 'paint':
      await paint(ports, job, effect);
      return undefined;
    case 'init':
      await init(ports, job, effect);
      return undefined;
    case 'prepare':
      await prepare(ports, job, effect);
      return undefined;
    case 'propose':
      await propose(ports, job, effect);
      return undefined;
    case 'check-run':
      await checkRun(ports, job, effect);
      return undefined;
    case 'propose-integration':
      await proposeIntegration(ports, job, effect);
      return undefined;
    case 'say-landed':
      await sayLanded(ports, job, effect);
      return undefined;
    case 'delete-branch':
      return deleteBranch(ports, job, effect);
    case 'inspect-push':
      await inspectPush(ports, job, effect);
      return undefined;
    case 'forecast':
      return forecast(ports, job, effect);
    case 'conflict-note':
      return conflictNote(ports, job, effect);
    case 'attempt':
    case 'integrate':
    case 'rebase':
      throw new Error(`The effect ${effect.kind} has a worker of its own and came to the wrong queue.`);
  }
};

const write = async (
  ports: Ports,
  job: Outboxed,
  effect: Extract<Effect, { readonly kind: 'report' | 'panel' }>,
): Promise<undefined | Later> => {
  const saved: Plan | undefined = (await ports.store.load(job.plan))?.plan;
  if (saved === undefined) return undefined;
  const plan = await spentSoFar(ports.store, saved);
  const page = {
    serverUrl: ports.serverUrl,
    prompt,
    defaultAgent: ports.agents.offered[0],
    closed: plan.items.some(isBusy) ? await closed(ports) : undefined,
    unpriced: await unpricedModels(ports.store, plan.id),
    containment: ports.agents.containment.kind,
  };
  if (effect.kind === 'panel') {
    const wait = effect.since === undefined ? 0 : endOf(effect.since) - Date.parse(ports.clock.now());
    if (wait > 0) return { later: wait };
    const throttled = plan.state.name === 'running' || plan.state.name === 'integrating';
    return sticky(ports, plan, plan.issue, panel(plan, ports.clock.now(), page), { throttled, effect: effect.name });
  }
  const item = plan.items.find((other) => other.issue === effect.item);
  return item === undefined
    ? undefined
    : sticky(ports, plan, item.issue, itemComment(plan, item, page), { throttled: false, effect: effect.name });
};

/** The panel compares before it writes, and a forecast what it knows: asking twice costs nothing. */
const isShared = (effect: Effect): boolean =>
  effect.kind === 'forecast' || (effect.kind === 'panel' && effect.since !== undefined);

const pauseName = (job: Outboxed): string => `pause-${job.repository.installation}`;

/** Milliseconds that GitHub's last word on rates still asks this installation to wait. */
const pausedFor = async (ports: Ports, job: Outboxed): Promise<number> => {
  const pause = (await ports.store.recall(pauseName(job))) as { readonly until: string } | undefined;
  return pause === undefined ? 0 : Date.parse(pause.until) - Date.parse(ports.clock.now());
};

/** An error that says how long to wait carries `retryAfterMs`. */
const rateLimit = (error: unknown): number | undefined =>
  error instanceof Error && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number'
    ? error.retryAfterMs
    : undefined;
