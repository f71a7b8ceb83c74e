import type { ServerResponse } from 'node:http';

/** Milliseconds for which an answer in one piece is worth hearing to its end when nobody waits for it any more. */
const LAST = 120_000;

/**
 * How long a request is worth what it takes. `here` aborts when its agent has hung up, `worth` when nothing is to be
 * learned from its answer either: an answer in one piece is billed whole, and only its end tells how much that is.
 */
export function patience(
  response: ServerResponse,
  closed: AbortSignal,
  isCut: boolean,
): { readonly here: AbortSignal; readonly worth: AbortSignal; over(): void } {
  const gone = new AbortController();
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const leave = (): void => {
    gone.abort();
    if (isCut) late.abort();
    else timer ??= setTimeout(() => late.abort(), LAST).unref();
  };
  response.on('close', leave);
  return {
    here: AbortSignal.any([gone.signal, closed]),
    worth: AbortSignal.any([late.signal, closed]),
    over: () => {
      response.off('close', leave);
      clearTimeout(timer);
    },
  };
}
