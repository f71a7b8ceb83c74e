import { type JobQueue, openQueue, type Place } from '#adapters/queue/backend.ts';
import { KEEP_TRYING } from '#adapters/queue/retry.ts';

/** The installations that have ever had an effect: a queue that nobody works off, so that it is kept where the queues are. */
export type Installations = {
  add(installation: number): Promise<void>;
  list(): Promise<readonly number[]>;
  /** Tells of each installation once, also of those to come, until the answer is called. One that throws is told again. */
  watch(onNew: (installation: number) => Promise<void>): () => Promise<void>;
  close(): Promise<void>;
};

/** How often new installations are looked for, milliseconds. */
const LOOK_EVERY = 500;

export const openInstallations = async (place: Place): Promise<Installations> => {
  const queue = await openQueue(place, 'installations');
  return {
    async add(installation) {
      await queue.add('installation', String(installation), { ...KEEP_TRYING, jobId: `installation-${installation}` });
    },
    list: () => list(queue),
    watch: (onNew) => watch(queue, onNew, place.onError),
    close: () => queue.close(),
  };
};

const list = async (queue: JobQueue): Promise<readonly number[]> => {
  const jobs = await queue.getJobs(['waiting']);
  return jobs.map((job) => Number(job.data)).sort((a, b) => a - b);
};

const watch = (queue: JobQueue, onNew: (installation: number) => Promise<void>, onError: (error: Error) => void) => {
  const told = new Set<number>();
  const look = async () => {
    // Counting is cheap, and nearly always there is nothing new.
    if ((await queue.getJobCounts('waiting'))['waiting'] === told.size) return;
    for (const installation of await list(queue)) {
      if (told.has(installation)) continue;
      await onNew(installation);
      told.add(installation);
    }
  };
  let looking = look().catch(onError);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(onError);
  }, LOOK_EVERY);
  return async () => {
    clearInterval(timer);
    await looking;
  };
};
