import { type JobWorker, makeWorker, PREFIX, type QueueBackend } from '#adapters/queue/backend.ts';
import { installationsOf } from '#adapters/queue/installations.ts';
import { AGENTS, effectsOf, FACTS, INTEGRATIONS } from '#adapters/queue/names.ts';
import { oneAtATime } from '#adapters/queue/one-at-a-time.ts';
import { prepareBackend } from '#adapters/queue/prepare.ts';
import { type Outcome, processor, type Run } from '#adapters/queue/process.ts';
import { quietErrors } from '#adapters/queue/quiet-errors.ts';
import { backoff } from '#adapters/queue/retry.ts';
import { within } from '#adapters/queue/within.ts';
import type { Hint, Log, Outboxed } from '#engine/ports.ts';

/** What is done with the jobs of each queue. A throw means "again later"; `{ later }` (milliseconds) puts back without counting as a failure. */
export type Handlers = {
  hint(hint: Hint): Promise<void>;
  effect(job: Outboxed): Promise<Outcome>;
  /** `signal` aborts at shutdown, and when another worker may have taken the job over. */
  attempt(job: Outboxed, signal: AbortSignal): Promise<void>;
  integration(job: Outboxed, signal: AbortSignal): Promise<Outcome>;
};

export type WorkerSettings = {
  /** Agents at once in this process. */
  readonly slots: number;
  /** Least time between the starts of two effects of one installation, milliseconds; 0 for no pacing. */
  readonly writeInterval: number;
  readonly log: Log;
  readonly prefix?: string;
};

export type Workers = {
  /** Takes no new jobs, waits up to `graceMs` for running ones, then aborts them; what does not end goes to the next worker. */
  close(graceMs: number): Promise<void>;
};

/** How often new installations are looked for, milliseconds. */
const LOOK_EVERY = 500;
/** How long handlers may take to end after their signal, and connections to close, milliseconds. */
const LAST_WORDS = 2000;

/** Starts this process's workers on all queues, those of installations that come later included. */
export const startWorkers = async (
  backend: QueueBackend,
  handlers: Handlers,
  settings: WorkerSettings,
): Promise<Workers> => {
  await prepareBackend(backend);
  const { slots, writeInterval, log, prefix = PREFIX } = settings;
  const stopping = new AbortController();
  const workers = new Map<string, JobWorker>();
  const onError = quietErrors(log, 'The workers');

  const start = (
    name: string,
    run: Run,
    first: number,
    options: { concurrency: number; limiter?: { max: number; duration: number } },
  ) => {
    const worker = makeWorker(backend, prefix, name, processor(run, first, stopping.signal, log), {
      ...liveness(backend),
      ...options,
      settings: { backoffStrategy: (failures) => backoff(first, failures) },
    });
    worker.on('error', onError);
    worker.on('lockRenewalFailed', (jobs) => {
      for (const job of jobs) worker.cancelJob(job, 'the lock was lost');
    });
    workers.set(name, worker);
  };

  start(FACTS, (text) => handlers.hint(JSON.parse(text) as Hint), 1000, { concurrency: 4 });
  start(AGENTS, (text, signal) => handlers.attempt(JSON.parse(text) as Outboxed, signal), 10_000, {
    concurrency: slots,
  });
  const integration = oneAtATime<Outboxed>((job) => job.plan, handlers.integration);
  start(INTEGRATIONS, (text, signal) => integration(JSON.parse(text) as Outboxed, signal), 10_000, { concurrency: 2 });

  const limiter = writeInterval > 0 ? { limiter: { max: 1, duration: writeInterval } } : {};
  const installations = installationsOf(backend, prefix);
  installations.queue.on('error', onError);
  const serveNew = async () => {
    if ((await installations.count()) === served) return;
    const found = await installations.list();
    for (const name of found.map(effectsOf)) {
      if (workers.has(name) || stopping.signal.aborted) continue;
      start(name, (text) => handlers.effect(JSON.parse(text) as Outboxed), 1000, { concurrency: 1, ...limiter });
    }
    served = found.length;
  };
  let served = 0;
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(serveNew).catch(onError);
  }, LOOK_EVERY);

  await Promise.all([...workers.values()].map((worker) => worker.waitUntilReady()));

  return {
    async close(graceMs) {
      clearInterval(timer);
      await within(looking, LAST_WORDS);
      const all = [...workers.values()];
      const closed = Promise.allSettled([installations.queue.close(), ...all.map((worker) => worker.close())]);
      if (await within(closed, graceMs)) return;
      stopping.abort(new Error('The worker is shutting down'));
      if (await within(closed, LAST_WORDS)) return;
      await within(Promise.allSettled(all.map((worker) => worker.disconnect())), LAST_WORDS);
    },
  };
};

/**
 * How soon a dead worker's jobs are taken over: after its lock ran out and the next look, 14 s at most. Alone on a
 * database there is nobody to take over from, and looking would only cost.
 */
const liveness = (backend: QueueBackend) => {
  const alone = backend.kind === 'pool' && backend.alone;
  return alone
    ? { lockDuration: 60_000, stalledInterval: 60_000, drainDelay: 60, maxStalledCount: 1_000_000 }
    : { lockDuration: 10_000, stalledInterval: 4_000, drainDelay: 5, maxStalledCount: 1_000_000 };
};
