import { DelayedError, type Job, WaitingError } from 'bullmq';
import type { Text } from '#adapters/queue/backend.ts';
import { backoff } from '#adapters/queue/retry.ts';
import type { Log } from '#engine/ports.ts';

/** What a handler may answer: done, or "put it back for so many milliseconds". */
export type Outcome = undefined | void | { readonly later: number };

export type Run = (text: Text, signal: AbortSignal) => Promise<Outcome>;

/**
 * Wraps a handler for BullMQ. `later` and an end by shutdown put the job back without counting as a failure; a throw
 * is said in the log and tried again. Three parameters, because BullMQ hands its signal only to those who name it.
 */
export const processor =
  (run: Run, first: number, stopping: AbortSignal, log: Log) =>
  async (job: Job<Text>, token: string | undefined, lost: AbortSignal | undefined): Promise<void> => {
    let outcome: Outcome;
    try {
      outcome = await run(job.data, lost ? AbortSignal.any([lost, stopping]) : stopping);
    } catch (cause) {
      if (stopping.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      throw failed(job, cause, first, log);
    }
    if (outcome?.later === undefined) return;
    await job.moveToDelayed(Date.now() + outcome.later, token);
    throw new DelayedError();
  };

/** What BullMQ stores as the reason: short, and without the control characters that a database may refuse. */
const failed = (job: Job<Text>, cause: unknown, first: number, log: Log): Error => {
  const message = cause instanceof Error ? cause.message : String(cause);
  const failures = job.attemptsMade + 1;
  const seconds = Math.round(backoff(first, failures) / 1000);
  log.warn(
    { queue: job.queueName, job: job.id, failures, error: cause },
    `A job failed (${job.name}) and is tried again in ${seconds} s`,
  );
  return new Error(message.replace(/\p{C}+/gu, ' ').slice(0, 500), { cause });
};
