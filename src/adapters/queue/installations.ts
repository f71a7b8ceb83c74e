import { type JobQueue, makeQueue, type QueueBackend } from '#adapters/queue/backend.ts';
import { KEEP_TRYING } from '#adapters/queue/retry.ts';

/** The installations that have ever had an effect: a queue that nobody works off, so that it is kept where the queues are. */
export type Installations = {
  add(installation: number): Promise<void>;
  count(): Promise<number>;
  list(): Promise<readonly number[]>;
  readonly queue: JobQueue;
};

export const installationsOf = (backend: QueueBackend, prefix: string): Installations => {
  const queue = makeQueue(backend, prefix, 'installations');
  return {
    queue,
    async add(installation) {
      await queue.add('installation', String(installation), { ...KEEP_TRYING, jobId: `installation-${installation}` });
    },
    async count() {
      return (await queue.getJobCounts('waiting'))['waiting'] ?? 0;
    },
    async list() {
      const jobs = await queue.getJobs(['waiting']);
      return jobs.map((job) => Number(job.data));
    },
  };
};
