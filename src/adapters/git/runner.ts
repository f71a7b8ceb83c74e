/**
 * Starts git by way of a small process. Starting it directly copies the page tables of the whole app, and with
 * the embedded database in it that holds up everything for 20 ms each time; the small process takes 1 ms, beside us.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { passedOn } from './recipe.ts';
import { type Ended, type RunRequest, run } from './run.ts';
import type { Answered, Asked, RemoteRequest } from './runner-process.ts';

const PROGRAM = fileURLToPath(new URL('./runner-process.ts', import.meta.url));

type Waiting = { readonly resolve: (answered: Answered) => void; readonly reject: (error: Error) => void };

let helper: { readonly process: ChildProcess; readonly waiting: Map<number, Waiting> } | undefined;
let asked = 0;

/** Runs local git in the small process, which is started with the first; here, when there is none to be had. */
export const runApart = async (request: RunRequest, signal?: AbortSignal): Promise<Ended> => {
  const answered = await ask({ request }, signal);
  if (answered === undefined) return run(request, signal);
  if ('ended' in answered) return answered.ended;
  throw new Error('failed' in answered ? answered.failed : 'the process that starts git gave another answer');
};

/** Runs git against a remote in the small process; undefined when there is none to be had. */
export const remoteApart = (request: RemoteRequest, signal?: AbortSignal): Promise<Answered | undefined> =>
  ask({ remote: request }, signal);

type Question = { readonly request: RunRequest } | { readonly remote: RemoteRequest };

const ask = async (question: Question, signal: AbortSignal | undefined): Promise<Answered | undefined> => {
  const { process: child, waiting } = (helper ??= startHelper());
  if (!child.connected) return undefined;
  const id = ++asked;
  const stop = (): void => tell(child, { id, stop: true });
  // The app may not end while it waits for an answer, and need not wait for the helper otherwise.
  if (waiting.size === 0) child.channel?.ref();
  try {
    return await new Promise<Answered>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      signal?.addEventListener('abort', stop, { once: true });
      tell(child, { id, ...question });
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
    env: passedOn(),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  child.unref();
  child.channel?.unref();
  child.on('message', (answered: Answered) => waiting.get(answered.id)?.resolve(answered));
  const gone = (): void => {
    if (helper?.process === child) helper = undefined;
    for (const one of waiting.values()) one.reject(new Error('the process that starts git ended'));
  };
  child.on('error', gone);
  child.on('exit', gone);
  return { process: child, waiting };
};
