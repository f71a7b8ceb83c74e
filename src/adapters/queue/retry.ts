import type { JobsOptions } from 'bullmq';

/** The longest wait between two tries of a job, milliseconds. */
const LONGEST = 5 * 60 * 1000;

/** Jobs are tried until they succeed (a million tries at five minutes each are nine years); done ones leave no trace, so a name can be queued again. */
export const KEEP_TRYING = {
  attempts: 1_000_000,
  backoff: { type: 'custom' },
  removeOnComplete: true,
  removeOnFail: { count: 1000 },
  stackTraceLimit: 1,
} satisfies JobsOptions;

/** Milliseconds before the next try after the nth failure: `first`, doubled each time, five minutes at most. */
export const backoff = (first: number, failures: number): number =>
  Math.min(first * 2 ** Math.min(failures - 1, 30), LONGEST);
