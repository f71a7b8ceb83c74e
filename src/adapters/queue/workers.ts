import { type JobWorker, openWorker, type Place, PREFIX, type QueueBackend } from '#adapters/queue/backend.ts';
import { openInstallations } from '#adapters/queue/installations.ts';
import { AGENTS, effectsOf, FACTS, GIT, INTEGRATIONS } from '#adapters/queue/names.ts';
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
  attempt(job: Outboxed, signal: AbortSignal): Promise<Outcome>;
  integration(job: Outboxed, signal: AbortSignal): Promise<Outcome>;
};

export type WorkerSettings = {
  /** Attempts in hand at once in this process: some more than agents, because work is verified when its agent has ended. */
  readonly attempts: number;
  /** Least time between the starts of two effects of one installation, milliseconds; 0 for no pacing. */
  readonly writeInterval: number;
  readonly log: Log;
  readonly prefix?: string;
};

export type Workers = {
  /** Takes no new jobs, waits up to `graceMs` for running ones, then aborts them; what does not end goes to the next worker. */
  close(graceMs: number): Promise<void>;
};

/** The first wait before a job is tried again, milliseconds: short where a person waits for an answer. */
const SOON = 1000;
const LATER = 10_000;
/** How long handlers may take to end after their signal, and connections to close, milliseconds. */
const LAST_WORDS = 2000;

/** Starts this process's workers on all queues, those of installations that come later included. */
export const startWorkers = async (
  backend: QueueBackend,
  handlers: Handlers,
  settings: WorkerSettings,
): Promise<Workers> => {
  await prepareBackend(backend);
  const { attempts, writeInterval, log, prefix = PREFIX } = settings;
  const place: Place = { backend, prefix, onError: quietErrors(log, 'The workers') };
  const stopping = new AbortController();
  const workers: JobWorker[] = [];

  const start = async (name: string, run: Run, first: number, options: { concurrency: number; limiter?: Limiter }) => {
    const worker = await openWorker(place, name, processor(run, first, stopping.signal, log), {
      ...liveness(backend),
      ...options,
      settings: { backoffStrategy: (failures) => backoff(first, failures) },
    });
    worker.on('lockRenewalFailed', (jobs) => {
      for (const job of jobs) worker.cancelJob(job, 'the lock was lost');
    });
    workers.push(worker);
  };

  // A round may take long: what a person pushes meanwhile is looked at, and forecast, at once.
  const rounds = oneAtATime<Outboxed>(({ plan }) => plan, handlers.integration);
  const git = oneAtATime<Outboxed>(({ plan, effect }) => `${plan} ${effect.kind}`, handlers.integration);
  await start(FACTS, (text) => handlers.hint(read(text)), SOON, { concurrency: 16 });
  await start(AGENTS, (text, signal) => handlers.attempt(read(text), signal), LATER, { concurrency: attempts });
  await start(INTEGRATIONS, (text, signal) => rounds(read(text), signal), LATER, { concurrency: 2 });
  await start(GIT, (text, signal) => git(read(text), signal), LATER, { concurrency: 2 });

  const pace = writeInterval > 0 ? { limiter: { max: 1, duration: writeInterval } } : {};
  const installations = await openInstallations(place);
  const stopWatching = installations.watch((installation) =>
    start(effectsOf(installation), (text) => handlers.effect(read(text)), SOON, { concurrency: 1, ...pace }),
  );

  return {
    async close(graceMs) {
      await within(stopWatching(), LAST_WORDS);
      const closed = Promise.allSettled([installations.close(), ...workers.map((worker) => worker.close())]);
      if (await within(closed, graceMs)) return;
      stopping.abort(new Error('The worker is shutting down'));
      if (await within(closed, LAST_WORDS)) return;
      await within(Promise.allSettled(workers.map((worker) => worker.disconnect())), LAST_WORDS);
    },
  };
};

type Limiter = { max: number; duration: number };

const read = <T>(text: string): T => JSON.parse(text) as T;

/**
 * How soon a dead worker's jobs are taken over: after its lock ran out and the next look, 12 s at most. Alone on a
 * database there is nobody to take over from, and looking would only cost.
 */
const liveness = (backend: QueueBackend) => {
  const alone = backend.kind === 'pool' && backend.alone;
  return alone
    ? { lockDuration: 60_000, stalledInterval: 60_000, drainDelay: 60, maxStalledCount: 1_000_000 }
    : { lockDuration: 9000, stalledInterval: 3000, drainDelay: 5, maxStalledCount: 1_000_000 };
};
