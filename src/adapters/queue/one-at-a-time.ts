import type { Outcome } from '#adapters/queue/process.ts';

/** How long a job waits whose plan is at work already, milliseconds. */
const PUT_BACK = 500;

/** Runs a handler for at most one job of a key at once in this process; another is put back. Between processes the plan's version decides. */
export const oneAtATime = <T>(keyOf: (job: T) => string, handle: (job: T, signal: AbortSignal) => Promise<Outcome>) => {
  const busy = new Set<string>();
  return async (job: T, signal: AbortSignal): Promise<Outcome> => {
    const key = keyOf(job);
    if (busy.has(key)) return { later: PUT_BACK };
    busy.add(key);
    try {
      return await handle(job, signal);
    } finally {
      busy.delete(key);
    }
  };
};
