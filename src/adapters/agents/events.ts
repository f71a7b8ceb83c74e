import type { AgentEvent, AgentOutcome } from '#engine/ports.ts';
import { plainText } from './tail.ts';

/** Longest progress text, in characters. */
const LONGEST = 200;

/**
 * Turns a run that reports by callback into the stream of the port: progress that nobody took in time is replaced by
 * newer progress, so that a talkative agent costs no memory; then exactly one end. Leaving the stream ends the run.
 */
export async function* eventStream(
  signal: AbortSignal,
  run: (report: (text: string) => void, signal: AbortSignal) => Promise<AgentOutcome>,
): AsyncGenerator<AgentEvent, void, undefined> {
  const left = new AbortController();
  let latest: string | undefined;
  let over = false;
  let wake = (): void => {};
  const report = (text: string): void => {
    latest = text;
    wake();
  };
  const ended = run(report, AbortSignal.any([signal, left.signal])).finally(() => {
    over = true;
    wake();
  });
  // Whoever listens gets the failure below, perhaps later than now.
  ended.catch(() => {});
  try {
    while (!over) {
      if (latest === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        // Not a race with `ended`: each turn would leave a reaction on it.
        await promise;
      } else {
        const text = shown(latest);
        latest = undefined;
        if (text !== '') yield { kind: 'progress', text };
      }
    }
    yield { kind: 'ended', outcome: await ended };
  } finally {
    left.abort();
    await ended;
  }
}

function shown(line: string): string {
  const text = plainText(line).trim();
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  // A copy: a slice would keep the whole output that it was cut from in memory.
  return Buffer.from(short).toString();
}
