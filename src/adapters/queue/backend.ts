import { type PgPool, type Processor, Queue, Worker, type WorkerOptions, withBackend } from 'bullmq';
import { createCalmPostgresBackend } from '#adapters/queue/calm-postgres.ts';
import { within } from '#adapters/queue/within.ts';

/**
 * Where the queues live. `pool`: a PostgreSQL whose connections look into schema `bullmq` first; it stays the caller's.
 * `alone`: no other process can reach the database, so jobs found active at the start belong to the dead.
 */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'pool'; readonly pool: PgPool; readonly alone: boolean };

/** A backend, the name of the product in front of every key of a shared Redis, and who hears of errors that are got over. */
export type Place = {
  readonly backend: QueueBackend;
  readonly prefix: string;
  readonly onError: (error: Error) => void;
};

/** What a job carries: JSON inside a string, because the jsonb behind some backends cannot hold U+0000 or half a surrogate pair. */
export type Text = string;

/** A queue of BullMQ without the type of its backend. */
export type JobQueue = Part<
  Queue<Text>,
  'name' | 'add' | 'addBulk' | 'getJobCounts' | 'getJobs' | 'setGlobalConcurrency'
>;
/** A worker of BullMQ without the type of its backend. */
export type JobWorker = Part<Worker<Text>, 'name' | 'cancelJob' | 'disconnect'> & {
  on(event: 'lockRenewalFailed', listener: (jobs: string[]) => void): unknown;
};
type Part<Of extends Connected, Keys extends keyof Of> = Pick<Of, Keys> & Connected;
type Connected = {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

export const PREFIX = 'forkjoin';

/** How long a database may take to answer a new queue or worker, milliseconds. */
const PATIENCE = 10_000;

/** A queue to add to. Its commands fail within seconds while the database is away: the caller decides what to do about it. */
export const openQueue = async ({ backend, prefix, onError }: Place, name: string): Promise<JobQueue> => {
  const queue: JobQueue =
    backend.kind === 'redis'
      ? new Queue<Text>(name, { connection: { url: backend.url, retryStrategy, maxRetriesPerRequest: 3 }, prefix })
      : new OnPool.Queue<Text>(name, { connection: backend.pool });
  return await ready(queue, onError);
};

/** A worker of a queue, at work. It waits for a database that goes away as long as need be. */
export const openWorker = async (
  { backend, prefix, onError }: Place,
  name: string,
  run: Processor<Text>,
  given: Omit<WorkerOptions, 'connection' | 'prefix'>,
): Promise<JobWorker> => {
  // BullMQ would wait 15 s after a lost connection, which is longer than a lock lasts.
  const options = { ...given, runRetryDelay: 1000 };
  const worker: JobWorker =
    backend.kind === 'redis'
      ? new Worker<Text>(name, run, {
          ...options,
          connection: { url: backend.url, retryStrategy, maxRetriesPerRequest: null },
          prefix,
        })
      : new OnPool.Worker<Text>(name, run, { ...options, connection: backend.pool });
  return await ready(worker, onError);
};

const OnPool = withBackend(createCalmPostgresBackend);

/** Milliseconds before the nth try to connect again: soon, so that a restart of Redis costs seconds and not minutes. */
const retryStrategy = (tries: number): number => Math.min(tries * 200, 2000);

/** BullMQ remembers a first connection that failed for good, so what was not ready is thrown away and made anew. */
const ready = async <T extends Connected>(made: T, onError: (error: Error) => void): Promise<T> => {
  made.on('error', onError);
  try {
    if (!(await within(made.waitUntilReady(), PATIENCE))) throw new Error('The database of the queues does not answer');
    await made.waitUntilReady();
    return made;
  } catch (cause) {
    made.close().catch(onError);
    throw cause;
  }
};
