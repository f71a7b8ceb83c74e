import type { PlanId } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';

/** How often a running attempt looks whether it is still wanted, milliseconds. Cancel must work within 10 s (spec 4). */
const LOOK_EVERY = 1_000;

type Start = { readonly item: number; readonly attempt: number; readonly claim: string };

/**
 * Watches over one start of an attempt: its signal aborts as soon as the plan no longer knows the claim (cancelled,
 * taken over) or the worker stops. `close` ends the watch.
 */
export const fence = (
  ports: Ports,
  plan: PlanId,
  start: Start,
  stop: AbortSignal,
): { readonly signal: AbortSignal; readonly close: () => void } => {
  const control = new AbortController();
  const timer = setInterval(() => void look(), LOOK_EVERY);
  const look = async (): Promise<void> => {
    // A store that does not answer says nothing about the claim; the next look asks again.
    const wanted = await stillWanted(ports, plan, start).catch(() => true);
    if (!wanted) control.abort();
  };
  return { signal: AbortSignal.any([control.signal, stop]), close: () => clearInterval(timer) };
};

/** Does the plan still know this start as the running one? Asked again before every outward step. */
export const stillWanted = async (ports: Ports, plan: PlanId, start: Start): Promise<boolean> => {
  const stored = (await ports.store.load(plan))?.plan;
  const state = stored?.items.find((item) => item.issue === start.item)?.state;
  return state?.name === 'running' && state.attempt === start.attempt && state.claim === start.claim;
};
