import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually, type Local } from '../journeys/local.ts';
import { ended, endWithTests } from '../services/server.ts';

/** The command line, for a process of its own. */
export const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export type Verb = 'serve' | 'web' | 'worker';

/** One line of the app's log. */
export type Line = { readonly msg?: string; readonly [fact: string]: unknown };

/** An app in a process of its own, for what only a process can show: that it dies, and that others go on. */
export type AppProcess = {
  readonly process: ChildProcess;
  /** What it has logged so far. */
  readonly log: readonly Line[];
  /** Everything that it wrote to its two outputs. */
  readonly text: () => string;
  /** Its last lines, for the reader of a failure. */
  readonly tail: () => string;
  /** Lines of the log whose sentence contains a text. */
  readonly said: (sentence: string) => readonly Line[];
  /** Waits for a line of the log. */
  readonly hears: (sentence: string, seconds?: number) => Promise<Line>;
  /** Waits for its own end; the exit status. */
  readonly ended: () => Promise<{ readonly status: number | null }>;
  /** SIGKILL, and wait. */
  readonly kill: () => Promise<void>;
  /** SIGTERM, and wait; the exit status and how long it took, milliseconds. */
  readonly end: () => Promise<{ readonly status: number | null; readonly milliseconds: number }>;
};

/** Starts `forkjoin <verb>` with an environment and nothing else; does not wait for it. */
export const launchApp = (verb: Verb, environment: Readonly<Record<string, string>>, cwd: string): AppProcess => {
  const child = spawn(process.execPath, [CLI, verb], { env: environment, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  endWithTests(child);
  const log: Line[] = [];
  const text: string[] = [];
  const over = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdout.on('data', (chunk: Buffer) => text.push(chunk.toString()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    text.push(`${line}\n`);
    if (line.startsWith('{')) log.push(JSON.parse(line) as Line);
  });
  const said: AppProcess['said'] = (sentence) => log.filter((line) => line.msg?.includes(sentence) === true);
  return {
    process: child,
    log,
    text: () => text.join(''),
    tail: () =>
      text
        .join('')
        .split('\n')
        .slice(-25)
        .map((line) => line.slice(0, 240))
        .join('\n'),
    said,
    hears: (sentence, seconds = 60) =>
      eventually(
        () => {
          const [line] = said(sentence);
          if (line === undefined && child.exitCode !== null)
            throw new Error(`forkjoin ${verb} ended with ${child.exitCode}: ${text.join('')}`);
          return Promise.resolve(line);
        },
        `forkjoin ${verb} to say "${sentence}"`,
        seconds,
      ),
    ended: async () => ({ status: await over }),
    kill: () =>
      ended(child, 'SIGKILL')
        .then(() => over)
        .then(() => undefined),
    end: async () => {
      const started = performance.now();
      child.kill('SIGTERM');
      const status = await over;
      return { status, milliseconds: performance.now() - started };
    },
  };
};

/** Jobs that are not done yet, over all queues, as the app's own gauges say; undefined where nothing listens. */
export const jobsOf = async (app: AppProcess): Promise<number | undefined> => {
  const url = app.said('Listening on')[0]?.['url'];
  if (typeof url !== 'string') return undefined;
  const answer = await fetch(`${url}/metrics`);
  if (!answer.ok) return undefined;
  const gauges = (await answer.text()).matchAll(/^forkjoin_jobs\{.*\} (\d+)$/gm);
  return [...gauges].reduce((sum, [, jobs]) => sum + Number(jobs), 0);
};

/** Waits until no webhook is on its way and no job is left. */
export const quiet = (local: Local, app: AppProcess, seconds = 60): Promise<void> =>
  eventually(
    async () => {
      await local.world.idle();
      return (await jobsOf(app)) === 0 ? true : undefined;
    },
    'the app to have nothing left to do',
    seconds,
  ).then(() => undefined);

/** Starts an app for a local world and waits until it is at work; the world's webhooks go to it when it listens. */
export const openApp = async (
  local: Local,
  verb: Verb,
  more: Parameters<Local['environment']>[0] = {},
): Promise<AppProcess> => {
  const app = launchApp(verb, local.environment(more), local.folder);
  const line = await app.hears(verb === 'worker' ? 'Working.' : 'Listening on');
  if (typeof line['url'] === 'string') local.world.setWebhookUrl(`${line['url']}/api/github/webhooks`);
  return app;
};
