import {
  createPostgresBackend,
  type PgPool,
  type Processor,
  Queue,
  Worker,
  type WorkerOptions,
  withBackend,
} from 'bullmq';

/**
 * Where the queues live. `pool`: a PostgreSQL whose connections look into schema `bullmq` first; it stays the caller's.
 * `alone`: no other process can reach the database, so jobs found active at the start belong to the dead.
 */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'pool'; readonly pool: PgPool; readonly alone: boolean };

/** What a job carries: JSON inside a string, because the jsonb behind some backends cannot hold U+0000 or half a surrogate pair. */
export type Text = string;

/** A queue or worker of BullMQ without the type of its backend. */
export type JobQueue = Pick<
  Queue<Text>,
  'name' | 'add' | 'addBulk' | 'getJobCounts' | 'getJobs' | 'setGlobalConcurrency' | 'close'
> &
  Erring;
export type JobWorker = Pick<Worker<Text>, 'name' | 'cancelJob' | 'close' | 'disconnect' | 'waitUntilReady'> &
  Erring & { on(event: 'lockRenewalFailed', listener: (jobs: string[]) => void): unknown };
type Erring = { on(event: 'error', listener: (error: Error) => void): unknown };

/** The product's name in front of every key of a shared Redis. */
export const PREFIX = 'forkjoin';

/** A queue to add to. Its commands fail within seconds when the database is away: the caller decides what to do about it. */
export const makeQueue = (backend: QueueBackend, prefix: string, name: string): JobQueue => {
  if (backend.kind === 'redis') return new Queue<Text>(name, { connection: { url: backend.url }, prefix });
  return new OnPool.Queue<Text>(name, { connection: backend.pool });
};

/** A worker of a queue. It waits for a database that is away as long as need be. */
export const makeWorker = (
  backend: QueueBackend,
  prefix: string,
  name: string,
  run: Processor<Text>,
  options: Omit<WorkerOptions, 'connection' | 'prefix'>,
): JobWorker => {
  if (backend.kind === 'redis') {
    return new Worker<Text>(name, run, {
      ...options,
      connection: { url: backend.url, maxRetriesPerRequest: null },
      prefix,
    });
  }
  return new OnPool.Worker<Text>(name, run, { ...options, connection: backend.pool });
};

const OnPool = withBackend(createPostgresBackend);
