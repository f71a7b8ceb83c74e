/** Runs one local git to its end: output and time bounded, its whole process group ended with it. Called by the door alone. */
import { spawn } from 'node:child_process';

/** What to run; plain values, so that another process can be asked to do it. */
export type RunRequest = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string | Uint8Array;
  readonly seconds: number;
  readonly megabytes: number;
};

/** How it ended. `cause`: why we ended it (time, output, abort); `killed`: the signal that it died of. */
export type Ended = {
  readonly status: number | null;
  readonly killed: string | null;
  readonly cause: string | undefined;
  readonly output: Uint8Array;
  readonly errors: string;
};

/** Runs it here. Rejects only when it cannot be started. */
export const run = async (request: RunRequest, signal?: AbortSignal): Promise<Ended> => {
  const child = spawn('git', request.args, {
    cwd: request.cwd,
    env: request.env,
    detached: true,
    stdio: 'pipe',
  });
  let cause: string | undefined;
  let last: NodeJS.Timeout | undefined;
  const end = (why: string): void => {
    cause ??= why;
    signalGroup(child.pid, 'SIGTERM');
    last ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 2_000).unref();
  };
  const onAbort = (): void => end('aborted');
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => end(`not done after ${request.seconds} s`), request.seconds * 1_000);
  const output: Buffer[] = [];
  let room = request.megabytes * 1_000_000;
  child.stdout.on('data', (chunk: Buffer) => {
    room -= chunk.length;
    if (room < 0) end(`more than ${request.megabytes} MB of output`);
    else output.push(chunk);
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (errors.length < 100_000) errors += chunk.toString();
  });
  // Git may answer before it has read everything: a broken pipe is then no failure.
  child.stdin.on('error', () => {});
  child.stdin.end(request.input);
  try {
    const [status, killed] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (...ended) => resolve(ended));
    });
    return { status, killed, cause, output: Buffer.concat(output), errors };
  } finally {
    clearTimeout(timer);
    clearTimeout(last);
    // At once and not two seconds later: by then the number may be another group's.
    if (last !== undefined) signalGroup(child.pid, 'SIGKILL');
    signal?.removeEventListener('abort', onAbort);
  }
};

const signalGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
};
