import { setTimeout as after } from 'node:timers/promises';
import type { Shared } from './exchange.ts';

/** An agent that is made to wait is no agent that hangs: a sign of life this often, milliseconds. */
const SIGN = 2_000;

/** Milliseconds until money is asked for again that others have set aside. */
const BUSY = 250;

/** Holds requests back. False: the attempt would be over first, or nobody waits any more. */
export const createHold = ({ alive, end, deadline }: Shared) => {
  const wait = async (over: number, signal: AbortSignal, isSign = true): Promise<boolean> => {
    try {
      for (let left = over - Date.now(); left > 0; left = over - Date.now()) {
        if (isSign) alive();
        await after(Math.min(left + 1, SIGN), undefined, { signal });
      }
      return !signal.aborted;
    } catch {
      return false;
    }
  };
  return {
    /** Until a pause of the fleet is over. */
    until: async (until: string, signal: AbortSignal): Promise<boolean> => {
      const over = Date.parse(until);
      if (over < deadline) return await wait(over, signal);
      const what = `the model provider asks to wait until ${until.slice(0, 16).replace('T', ' ')} UTC, longer than the attempt may take`;
      end({ kind: 'put-off', what });
      return false;
    },
    /** Until others may have used less than they set aside. Whoever waits for itself is no sign of life. */
    briefly: async (signal: AbortSignal, own: boolean): Promise<boolean> => await wait(Date.now() + BUSY, signal, !own),
  };
};
