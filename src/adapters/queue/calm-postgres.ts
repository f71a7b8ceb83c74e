import { setTimeout as wait } from 'node:timers/promises';
import { createPostgresBackend } from 'bullmq';

/** How long a worker rests after it was woken in vain, milliseconds. */
const REST = 100;

/**
 * BullMQ's PostgreSQL backend, without its hurry: its wait ends at once as long as a job stands in the queue, also when
 * the queue's limit forbids to take it, so that a second worker of a limited queue would ask thousands of times a second.
 */
export const createCalmPostgresBackend: typeof createPostgresBackend = (...given) => {
  const backend = createPostgresBackend(...given);
  const waitForJob = backend.waitForJob.bind(backend);
  const moveToActive = backend.moveToActive.bind(backend);
  let woken = false;
  let inVain = false;
  backend.waitForJob = async (seconds) => {
    if (inVain) await wait(REST);
    const marker = await waitForJob(seconds);
    woken = marker !== null;
    return marker;
  };
  backend.moveToActive = async (...claim) => {
    const claimed = await moveToActive(...claim);
    inVain = woken && !claimed[0];
    return claimed;
  };
  return backend;
};
