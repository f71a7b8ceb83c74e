import { setTimeout as after } from 'node:timers/promises';
import type { Shared } from './exchange.ts';

/** An agent that is made to wait is no agent that hangs: a sign of life this often, milliseconds. */
const SIGN = 2_000;

/** Holds a request until a pause is over. False: the attempt would be over first, or nobody waits any more. */
export const createHold =
  ({ alive, end, deadline }: Shared) =>
  async (until: string, signal: AbortSignal): Promise<boolean> => {
    const over = Date.parse(until);
    if (over >= deadline) {
      const what = `the model provider asks to wait until ${until.slice(0, 16).replace('T', ' ')} UTC, longer than the attempt may take`;
      end({ kind: 'put-off', what });
      return false;
    }
    try {
      for (let left = over - Date.now(); left > 0; left = over - Date.now()) {
        alive();
        await after(Math.min(left + 1, SIGN), undefined, { signal });
      }
      return true;
    } catch {
      return false;
    }
  };
