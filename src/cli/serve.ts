import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { forwardChannel } from '#adapters/github/proxy.ts';
import { startRegistration } from '#adapters/github/registration.ts';
import type { Log } from '#engine/ports.ts';
import { type Configuration, loadConfiguration, type Need } from '../config.ts';
import { createLog } from '../log.ts';
import { type Roles, start } from '../main.ts';
import { untilSignalled } from './signals.ts';

/** Time for running work at the end; everything is over within 15 s of SIGTERM (spec 9). */
const GRACE = 8_000;

/** `forkjoin serve`: web side and workers in one process. */
export const serveVerb = (): Command =>
  new Command('serve')
    .description('web side and workers in one process; without GitHub credentials: guided registration of the app')
    .action(() => serve({ web: true, worker: true }, []));

/** `forkjoin web`: takes webhooks and shows pages; needs a database that workers can share. */
export const webVerb = (): Command =>
  new Command('web')
    .description('the web side alone; workers run elsewhere on the same database')
    .action(() => serve({ web: true, worker: false }, ['app', 'shared-database']));

/** `forkjoin worker`: does the work; any number of them share one database. */
export const workerVerb = (): Command =>
  new Command('worker')
    .description('a worker alone; any number share one database')
    .action(() => serve({ web: false, worker: true }, ['app', 'shared-database']));

const serve = async (roles: Roles, needs: readonly Need[]): Promise<void> => {
  const loaded = loadConfiguration(process.env, process.cwd(), needs);
  if (!loaded.ok) {
    for (const problem of loaded.problems) process.stderr.write(`${problem}\n`);
    process.exitCode = 2;
    return;
  }
  const { value: configuration } = loaded;
  const log = createLog(configuration.logLevel);
  if (configuration.github.app === undefined) return register(configuration, log);
  const running = await start(configuration, configuration.github.app, roles, log);
  const forwarding = new AbortController();
  if (roles.web) void forward(configuration, running.url, log, forwarding.signal);
  log.info(
    { url: running.url, database: configuration.database.kind },
    running.url === undefined ? 'Working.' : `Listening on ${running.url}`,
  );
  log.info({ signal: await untilSignalled() }, 'Ending.');
  forwarding.abort();
  await running.close(GRACE);
};

/** Without credentials there is nothing to serve yet: a person is guided through registering the app. */
const register = async (configuration: Configuration, log: Log): Promise<void> => {
  const manifest: unknown = parse(await readFile(new URL('../../app.yml', import.meta.url), 'utf8'));
  const { apiUrl, serverUrl } = configuration.github;
  const envFile = resolve('.env');
  const registration = await startRegistration({ ...configuration.web, serverUrl, apiUrl, envFile, manifest, log });
  process.stderr.write(
    `No GitHub credentials yet. Open ${registration.url} to register the app; what GitHub answers is written to ${envFile}.\n`,
  );
  const ended = await Promise.race([registration.registered.then(() => 'registered' as const), untilSignalled()]);
  await registration.close();
  if (ended === 'registered')
    process.stderr.write(`Registered. Start \`forkjoin serve\` again: it reads ${envFile}.\n`);
};

/** Webhooks by way of a smee channel, where the operator asks for it. */
const forward = async (
  configuration: Configuration,
  url: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<void> => {
  const channel = configuration.github.webhookProxyUrl;
  if (channel === undefined || url === undefined) return;
  await forwardChannel({ channel, target: `${url}/api/github/webhooks`, log, signal }).catch((error: unknown) => {
    if (!signal.aborted) log.error({ channel, error }, 'The webhook channel broke off.');
  });
};
