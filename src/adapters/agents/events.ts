import type { Progress } from '#core/types.ts';
import type { AgentEvent, AgentOutcome } from '#engine/ports.ts';
import type { Report } from './kind.ts';
import { plainText } from './tail.ts';

/** Longest progress text, and longest name of a session, in characters. */
const LONGEST = 200;

/**
 * Turns a run that reports by callback into the stream of the port: progress that nobody took in time is replaced by
 * newer progress, so that a talkative agent costs no memory; then exactly one end. Leaving the stream ends the run.
 */
export async function* eventStream(
  signal: AbortSignal,
  run: (report: Report, signal: AbortSignal) => Promise<AgentOutcome>,
): AsyncGenerator<AgentEvent, void, undefined> {
  const left = new AbortController();
  const latest: { session?: AgentEvent; progress?: Progress } = {};
  let over = false;
  let wake = (): void => {};
  const report: Report = {
    progress: (news) => {
      latest.progress = news;
      wake();
    },
    session: (session, resumed) => {
      if (session.length > LONGEST) return;
      latest.session = { kind: 'session', session, resumed };
      wake();
    },
  };
  const ended = run(report, AbortSignal.any([signal, left.signal])).finally(() => {
    over = true;
    wake();
  });
  // Whoever listens gets the failure below, perhaps later than now.
  ended.catch(() => {});
  try {
    while (!over || latest.session !== undefined) {
      const { session, progress } = latest;
      delete latest.session;
      delete latest.progress;
      if (session !== undefined) yield session;
      const text = progress === undefined ? '' : shown(progress.text);
      if (progress !== undefined && text !== '') yield { kind: 'progress', what: progress.what, text };
      if (session === undefined && progress === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        // Not a race with `ended`: each turn would leave a reaction on it.
        if (!over) await promise;
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
