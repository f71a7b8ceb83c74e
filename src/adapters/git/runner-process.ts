/** The small process that starts git for the app (see `runner.ts`). It ends, with all that it started, when the app does. */
import type { RunRequest } from './run.ts';
import { run } from './run.ts';

/** What the app says: run this under a number, or stop what runs under it. */
export type Asked =
  | { readonly id: number; readonly request: RunRequest }
  | { readonly id: number; readonly stop: true };

const running = new Map<number, AbortController>();

process.on('message', (asked: Asked) => {
  if ('stop' in asked) {
    running.get(asked.id)?.abort();
    return;
  }
  const control = new AbortController();
  running.set(asked.id, control);
  run(asked.request, control.signal).then(
    (ended) => answer(asked.id, { ended }),
    (error: unknown) => answer(asked.id, { failed: error instanceof Error ? error.message : String(error) }),
  );
});

const answer = (id: number, what: object): void => {
  running.delete(id);
  if (process.connected) process.send?.({ id, ...what });
};

process.on('disconnect', () => {
  for (const control of running.values()) control.abort();
  // What does not end at once is killed two seconds after it was asked to.
  if (running.size === 0) process.exit();
  setTimeout(() => process.exit(), 2_500);
});

// The app decides when to end; a Ctrl-C in the terminal reaches this process as well.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
