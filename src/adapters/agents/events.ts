import type { AgentEvent, AgentOutcome } from '#engine/ports.ts';

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
  let wake = (): void => {};
  const report = (text: string): void => {
    const line = text.trim();
    if (line === '') return;
    latest = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
    wake();
  };
  let outcome: AgentOutcome | undefined;
  const ended = run(report, AbortSignal.any([signal, left.signal])).then((value) => {
    outcome = value;
    wake();
  });
  try {
    while (outcome === undefined) {
      if (latest === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await Promise.race([promise, ended]);
      } else {
        const text = latest;
        latest = undefined;
        yield { kind: 'progress', text };
      }
    }
    yield { kind: 'ended', outcome };
  } finally {
    left.abort();
    await ended;
  }
}
