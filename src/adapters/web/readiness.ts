import type { Log } from '#engine/ports.ts';

/** One answer to "is everything there that work needs?", each check by its name. */
export type Readiness = { readonly ready: boolean; readonly checks: Readonly<Record<string, 'ok' | 'failed'>> };

/** How long an answer is given again, and how long a check may take, in milliseconds. */
const KEPT = 2_000;
const PATIENCE = 5_000;

/**
 * Asks every check at once. The answer is kept for two seconds, so that a stranger who asks often costs neither the
 * database nor GitHub's budget anything; why a check failed goes to the log and not to the stranger.
 */
export const createReadiness = (
  checks: Readonly<Record<string, () => Promise<void>>>,
  log: Log,
): (() => Promise<Readiness>) => {
  let kept: { readonly until: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    if (kept === undefined || kept.until < performance.now()) {
      const answer = ask(checks, log);
      // While it is being found out, everybody waits for the same answer.
      kept = { until: Number.POSITIVE_INFINITY, answer };
      answer.then(
        () => {
          kept = { until: performance.now() + KEPT, answer };
        },
        () => {
          kept = undefined;
        },
      );
    }
    return kept.answer;
  };
};

const ask = async (checks: Readonly<Record<string, () => Promise<void>>>, log: Log): Promise<Readiness> => {
  const answers = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await inTime(check());
        return [name, 'ok'] as const;
      } catch (cause) {
        log.warn({ check: name, cause: cause instanceof Error ? cause.message : String(cause) }, `not ready: ${name}`);
        return [name, 'failed'] as const;
      }
    }),
  );
  return { ready: answers.every(([, answer]) => answer === 'ok'), checks: Object.fromEntries(answers) };
};

const inTime = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1_000} s`)), PATIENCE);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
