import type { Follow } from '#engine/hint.ts';
import type { Ports } from '#engine/ports.ts';
import { reconcile } from '#engine/reconcile.ts';

/** Rounds of reconciliation under way. */
export type Rounds = {
  /** Begins no further round; settles when the one under way has left off, after the plan at hand. */
  readonly stop: () => Promise<void>;
};

/** Compares now and every so many seconds, one round at a time. One that fails is said and left to the next. */
export const reconcileInRounds = (ports: Ports, follow: Follow, seconds: number): Rounds => {
  const stopping = new AbortController();
  let under: Promise<void> | undefined;
  const begin = (): void => {
    under ??= reconcile(ports, follow, Date.parse(ports.clock.now()).toString(36), stopping.signal)
      .catch((error: unknown) => ports.log.warn({ error }, 'A comparison with GitHub failed; the next one follows.'))
      .finally(() => {
        under = undefined;
      });
  };
  begin();
  const timer = setInterval(begin, seconds * 1_000);
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await under;
    },
  };
};
