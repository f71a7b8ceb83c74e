/** The small process that starts git for the app (see `runner.ts`). It ends, with all that it started, when the app does. */
import { type GitAnswer, GitFailure, gitRemote, type Remote } from './git.ts';
import type { GitCall } from './recipe.ts';
import { type Ended, type RunRequest, run } from './run.ts';

/** Git against a remote: the arguments, where, and how. */
export type RemoteRequest = {
  readonly args: readonly string[];
  readonly remote: Remote;
  readonly call: Omit<GitCall, 'signal' | 'apart'>;
};

/** What the app says: run this under a number, or stop what runs under it. */
export type Asked = { readonly id: number } & (
  | { readonly request: RunRequest }
  | { readonly remote: RemoteRequest }
  | { readonly stop: true }
);

/** What it hears: how local git ended, what git answered against a remote, or how it failed. */
export type Answered = { readonly id: number } & (
  | { readonly ended: Ended }
  | { readonly answer: GitAnswer }
  | { readonly failure: Pick<GitFailure, 'message' | 'status' | 'killed' | 'errors'> }
  | { readonly failed: string }
);

const running = new Map<number, AbortController>();

process.on('message', (asked: Asked) => {
  if ('stop' in asked) {
    running.get(asked.id)?.abort();
    return;
  }
  const control = new AbortController();
  running.set(asked.id, control);
  const { id } = asked;
  const work =
    'request' in asked
      ? run(asked.request, control.signal).then((ended) => ({ id, ended }))
      : gitRemote(asked.remote.args, asked.remote.remote, { ...asked.remote.call, signal: control.signal }).then(
          (answer) => ({ id, answer }),
        );
  work.then(tell, (error: unknown) => tell(asFailure(id, error)));
});

const asFailure = (id: number, error: unknown): Answered => {
  if (!(error instanceof GitFailure)) return { id, failed: error instanceof Error ? error.message : String(error) };
  const { message, status, killed, errors } = error;
  return { id, failure: { message, status, killed, errors } };
};

const tell = (answered: Answered): void => {
  running.delete(answered.id);
  if (process.connected) process.send?.(answered);
};

process.on('disconnect', () => {
  for (const control of running.values()) control.abort();
  // What does not end at once is killed two seconds after it was asked to.
  if (running.size === 0) process.exit();
  setTimeout(() => process.exit(), 2_500);
});

// The app decides when to end; a Ctrl-C in the terminal reaches this process as well.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
