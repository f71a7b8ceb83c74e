/**
 * Starts git by way of a small process. Starting it directly copies the page tables of the whole app, and with
 * the embedded database in it that holds up everything for 20 ms each time; the small process takes 1 ms, beside us.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Ended, type RunRequest, run } from './run.ts';
import type { Asked } from './runner-process.ts';

const PROGRAM = fileURLToPath(new URL('./runner-process.ts', import.meta.url));

type Answer = { readonly id: number } & ({ readonly ended: Ended } | { readonly failed: string });
type Waiting = { readonly resolve: (ended: Ended) => void; readonly reject: (error: Error) => void };

let helper: { readonly process: ChildProcess; readonly waiting: Map<number, Waiting> } | undefined;
let asked = 0;

/** Runs git in the small process, which is started with the first; here, when there is none to be had. */
export const runApart = async (request: RunRequest, signal?: AbortSignal): Promise<Ended> => {
  const { process: child, waiting } = (helper ??= startHelper());
  if (!child.connected) return run(request, signal);
  const id = ++asked;
  const stop = (): void => tell(child, { id, stop: true });
  // The app may not end while it waits for an answer, and need not wait for the helper otherwise.
  if (waiting.size === 0) child.channel?.ref();
  try {
    return await new Promise<Ended>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      signal?.addEventListener('abort', stop, { once: true });
      tell(child, { id, request });
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    waiting.delete(id);
    if (waiting.size === 0) child.channel?.unref();
  }
};

const tell = (child: ChildProcess, what: Asked): void => {
  child.send(what, (error) => {
    // The end of the helper is told by its own event.
    if (error !== null && child.connected) child.kill();
  });
};

const startHelper = (): NonNullable<typeof helper> => {
  const child = fork(PROGRAM, [], {
    execPath: process.execPath,
    execArgv: [],
    env: { PATH: process.env['PATH'] ?? '' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  child.unref();
  child.channel?.unref();
  child.on('message', (answer: Answer) => {
    const one = waiting.get(answer.id);
    if ('ended' in answer) one?.resolve(answer.ended);
    else one?.reject(new Error(answer.failed));
  });
  const gone = (): void => {
    if (helper?.process === child) helper = undefined;
    for (const one of waiting.values()) one.reject(new Error('the process that starts git ended'));
  };
  child.on('error', gone);
  child.on('exit', gone);
  return { process: child, waiting };
};
