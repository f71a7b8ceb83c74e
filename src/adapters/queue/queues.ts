import { openQueue, type Place, PREFIX, type QueueBackend } from '#adapters/queue/backend.ts';
import { openInstallations } from '#adapters/queue/installations.ts';
import { AGENTS, effectsOf, FACTS, GIT, INTEGRATIONS, installationOf, jobId, queueOf } from '#adapters/queue/names.ts';
import { oncePerName } from '#adapters/queue/once-per-name.ts';
import { prepareBackend } from '#adapters/queue/prepare.ts';
import { quietErrors } from '#adapters/queue/quiet-errors.ts';
import { KEEP_TRYING } from '#adapters/queue/retry.ts';
import type { Hint, Log, Outboxed, Queues } from '#engine/ports.ts';

export type OpenQueues = Queues & {
  /** Installations that have ever had an effect, ascending. */
  installations(): Promise<readonly number[]>;
  /** Jobs not yet done (waiting, delayed, active) by name of the queue. */
  depth(): Promise<Record<string, number>>;
  close(): Promise<void>;
};

/** The producing side of all queues. A rejected promise means that nothing certain is queued: ask again, doubles are ignored. */
export const createQueues = async (
  backend: QueueBackend,
  log: Log,
  options: { prefix?: string } = {},
): Promise<OpenQueues> => {
  await prepareBackend(backend);
  const place: Place = { backend, prefix: options.prefix ?? PREFIX, onError: quietErrors(log, 'The queues') };
  const installations = await openInstallations(place);
  const queues = oncePerName(async (name) => {
    const queue = await openQueue(place, name);
    const installation = installationOf(name);
    if (installation === undefined) return queue;
    await queue.setGlobalConcurrency(1);
    await installations.add(installation);
    return queue;
  });
  await Promise.all([FACTS, AGENTS, INTEGRATIONS, GIT].map(queues.get));

  return {
    async hint(hint: Hint) {
      const queue = await queues.get(FACTS);
      await queue.add(hint.kind, JSON.stringify(hint), { ...KEEP_TRYING, jobId: jobId(hint.id) });
    },

    async effects(effects: readonly Outboxed[]) {
      const routed = Map.groupBy(effects, ({ effect, repository }) => queueOf(effect.kind, repository.installation));
      for (const [name, group] of routed) {
        const queue = await queues.get(name);
        await queue.addBulk(group.map(toJob));
      }
    },

    installations: installations.list,

    async depth() {
      const names = [FACTS, AGENTS, INTEGRATIONS, GIT, ...(await installations.list()).map(effectsOf)];
      const counted = names.map(async (name): Promise<[string, number]> => {
        const queue = await queues.get(name);
        const counts = await queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active');
        return [name, Object.values(counts).reduce((sum, count) => sum + count, 0)];
      });
      return Object.fromEntries(await Promise.all(counted));
    },

    async close() {
      const open = await queues.all();
      await Promise.allSettled([installations.close(), ...open.map((queue) => queue.close())]);
    },
  };
};

const toJob = (outboxed: Outboxed) => {
  const { effect } = outboxed;
  const priority = effect.kind === 'attempt' ? { priority: rank(effect.priority) } : {};
  return {
    name: effect.kind,
    data: JSON.stringify(outboxed),
    opts: { ...KEEP_TRYING, ...priority, jobId: jobId(effect.name) },
  };
};

/** BullMQ takes whole numbers from 1 (first) to 2 097 151; 0 would mean "before all others". */
const rank = (priority: number): number => Math.min(Math.max(Math.round(priority), 1), 2_097_151);
