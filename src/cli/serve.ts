import { Command } from 'commander';
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
  if (configuration.github.app === undefined) return register(configuration);
  const log = createLog(configuration.logLevel);
  const running = await start(configuration, configuration.github.app, roles, log);
  const proxy = roles.web ? await connectProxy(configuration, running.url) : undefined;
  log.info(
    { url: running.url, database: configuration.database.kind, roles },
    roles.web ? `Listening on ${running.url}` : 'Working.',
  );
  const signal = await untilSignalled();
  log.info({ signal }, 'Ending.');
  proxy?.close();
  await running.close(GRACE);
};
