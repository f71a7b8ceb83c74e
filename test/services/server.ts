import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real server that tests talk to: on loopback, in a folder of its own, gone when stopped or when the tests end. */
export type Server = {
  readonly url: string;
  readonly port: number;
  /** Ends it as a crash would (SIGKILL); its files stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port and files. */
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
};

/** Starts `command` until it prints `ready`; what it printed is in the error when it does not. */
export const launch = async (command: readonly string[], ready: RegExp): Promise<ChildProcess> => {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  endWithTests(child);
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error('not ready after 60 s')), 60_000);
    const fail = (cause: Error) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${command.join(' ')} did not start: ${printed}`, { cause }));
    };
    const hear = (chunk: Buffer) => {
      printed += chunk.toString();
      if (!ready.test(printed)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', fail);
    child.once('exit', (status) => fail(new Error(`exit status ${status}`)));
  });
  return child;
};

/** Takes a process along when the tests end before it. */
export const endWithTests = (child: ChildProcess): void => {
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
};

/** Waits until a process is gone. */
export const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
};

/** A port of loopback that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
};

/** A new empty folder, and how to remove it. */
export const folder = async (name: string): Promise<{ path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), `forkjoin-${name}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};
