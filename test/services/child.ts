import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ended, endWithTests } from './server.ts';

/** A Node process that runs a file of the tests, for what only a process can show: that it dies. */
export type Child = {
  /** Lines that it has printed. */
  readonly printed: readonly string[];
  readonly process: ChildProcess;
  /** SIGKILL, and wait. */
  kill(): Promise<void>;
  /** Waits for its own end; its exit status. */
  ended(): Promise<number | null>;
};

export const startChild = (file: URL, args: readonly string[]): Child => {
  const child = spawn(process.execPath, [file.pathname, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  endWithTests(child);
  const printed: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => printed.push(line));
  const over = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    printed,
    process: child,
    kill: () =>
      ended(child, 'SIGKILL')
        .then(() => over)
        .then(() => undefined),
    ended: () => over,
  };
};
