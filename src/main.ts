import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createAgents } from '#adapters/agents/agents.ts';
import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import { createGit } from '#adapters/git/create-git.ts';
import { createGitHub } from '#adapters/github/api.ts';
import { createWebhookApp } from '#adapters/github/app.ts';
import { createAppClient, createGitTokens } from '#adapters/github/tokens.ts';
import { createQueues, type OpenQueues } from '#adapters/queue/queues.ts';
import { within } from '#adapters/queue/within.ts';
import { startWorkers } from '#adapters/queue/workers.ts';
import { type Database, openDatabase } from '#adapters/store/open.ts';
import { startWeb } from '#adapters/web/server.ts';
import { secretFinder } from '#core/guard/known-secrets.ts';
import type { Repository, Settings } from '#core/types.ts';
import { withhold } from '#core/words/withhold.ts';
import { runAttempt } from '#engine/attempt.ts';
import { createFollow } from '#engine/hint.ts';
import { integrateRound } from '#engine/integrate.ts';
import { perform } from '#engine/perform.ts';
import type { Log, Ports, Store } from '#engine/ports.ts';
import { rebaseMember } from '#engine/rebase.ts';
import { reconcileInRounds } from '#engine/rounds.ts';
import { createSlots } from '#engine/slots.ts';
import { spentSoFar } from '#engine/spend/so-far.ts';
import { readRepository } from './config/repository.ts';
import { repositorySchema } from './config/repository-schema.ts';
import { readRole } from './config/role.ts';
import { secretsOf } from './config/secrets.ts';
import type { Configuration } from './config.ts';
import { metrics } from './metrics.ts';

/** GitHub's credentials: everything but the registration needs them. */
export type App = NonNullable<Configuration['github']['app']>;

/** Which halves of the app a process is: the web side takes webhooks and shows pages, the workers do the rest. */
export type Roles = { readonly web: boolean; readonly worker: boolean };

export type Running = {
  /** Where the web side listens; undefined in a process that is only a worker. */
  readonly url: string | undefined;
  readonly store: Store;
  readonly queues: OpenQueues;
  /** Ends everything in order, within `graceMs` and a little more. */
  close(graceMs: number): Promise<void>;
};

/** The composition root: every adapter is made here and handed to the engine. */
export const start = async (configuration: Configuration, app: App, roles: Roles, log: Log): Promise<Running> => {
  const database = await openDatabase(configuration.database, log);
  const queues = await createQueues(database.backend, log);
  const closers: (() => Promise<void>)[] = [() => database.close(), () => queues.close()];
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).toReversed()) await step();
  };
  try {
    const webhooks = {
      appId: app.id,
      privateKey: app.privateKey,
      secret: app.webhookSecret,
      apiUrl: configuration.github.apiUrl,
      log,
    };
    let url: string | undefined;
    let grace = 0;
    if (roles.worker) {
      const stop = await startWorking(configuration, app, database, queues, log);
      closers.push(() => stop(grace));
    }
    if (roles.web) {
      const handle = await createWebhookApp({ ...webhooks, onHint: (hint) => queues.hint(hint) });
      const client = createAppClient(webhooks);
      const web = await startWeb({
        host: configuration.web.host,
        port: configuration.web.port,
        webhook: (request, response) => void handle(request, response),
        checks: {
          database: () => database.store.ping(),
          github: async () => void (await client.request('GET /app')),
        },
        metrics: () => metrics(database.store, queues, { now: () => new Date().toISOString() }),
        plans: async () => Promise.all((await database.store.plans()).map((plan) => spentSoFar(database.store, plan))),
        spendings: (since) => database.store.spendings(since),
        log,
        serverUrl: configuration.github.serverUrl,
      });
      url = web.url;
      closers.push(() => web.close(2_000));
    }
    return {
      url,
      store: database.store,
      queues,
      close: async (graceMs) => {
        grace = graceMs;
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const startWorking = async (
  configuration: Configuration,
  app: App,
  database: Database,
  queues: OpenQueues,
  log: Log,
): Promise<(graceMs: number) => Promise<void>> => {
  const ports = await createPorts(configuration, app, database.store, queues, log);
  const follow = createFollow(ports);
  const workers = await startWorkers(
    database.backend,
    {
      hint: follow,
      effect: (job) => perform(ports, job),
      attempt: (job, signal) =>
        job.effect.kind === 'attempt' ? runAttempt(ports, job, job.effect, signal) : Promise.resolve(undefined),
      integration: (job, signal) =>
        job.effect.kind === 'integrate'
          ? integrateRound(ports, job, job.effect, signal).then(() => undefined)
          : job.effect.kind === 'rebase'
            ? rebaseMember(ports, job, job.effect, signal).then(() => undefined)
            : perform(ports, job),
    },
    {
      attempts: configuration.operator.slots + Math.ceil(configuration.operator.slots / 2),
      writeInterval: configuration.operator.limits.write_interval * 1_000,
      log,
    },
  );
  // The first round puts right what a dead process left; the workers need not wait for it.
  const rounds = reconcileInRounds(ports, follow, configuration.reconcileSeconds);
  return async (graceMs) => {
    await Promise.all([within(rounds.stop(), graceMs), workers.close(graceMs)]);
  };
};

const createPorts = async (
  configuration: Configuration,
  app: App,
  store: Store,
  queues: OpenQueues,
  log: Log,
): Promise<Ports> => {
  const { apiUrl, serverUrl } = configuration.github;
  const credentials = { apiUrl, appId: app.id, privateKey: app.privateKey, log };
  const { operator, home } = configuration;
  const findSecret = secretFinder(secretsOf(configuration));
  const token = createGitTokens(credentials);
  return {
    store,
    queues,
    github: createGitHub({ ...credentials, withhold: withhold(findSecret) }),
    git: createGit({
      home,
      remote: async (repository: Repository) => ({
        url: `${serverUrl}/${repository.owner}/${repository.name}.git`,
        token: await token(repository),
      }),
      protocols: new URL(serverUrl).protocol.slice(0, -1),
      log,
    }),
    agents: await createAgents({
      home,
      sandbox: operator.sandbox,
      default: operator.default_agent,
      agents: operator.agents,
      models: configuration.models,
      egress: operator.egress,
      setupEgress: operator.setup_egress,
      ceilings: ceilingsOf(operator.limits),
      container: operator.container,
      log,
    }),
    clock: { now: () => new Date().toISOString() },
    log,
    slots: createSlots(operator.slots),
    limits: {
      stall: operator.limits.stall,
      output: operator.limits.output_mb,
      checkpoint: operator.limits.checkpoint,
    },
    money: {
      prices: operator.prices,
      allowance: {
        attempt: operator.limits.attempt_budget,
        day: operator.limits.day_budget,
        tokens: operator.limits.tokens,
      },
    },
    claim: () => randomBytes(9).toString('hex'),
    sign: (text) => createHmac('sha256', app.webhookSecret).update(text).digest('hex'),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    findSecret,
    settingsSchema: repositorySchema(),
    serverUrl,
    readRole,
    readSettings: (text) => {
      const { settings, problems } = readRepository(text ?? '');
      return { settings: lowered(settings, operator.limits), problems };
    },
  };
};

/** The operator's limits bound what a repository may ask for; the smallest of the levels counts. */
const lowered = (settings: Settings, limits: Configuration['operator']['limits']): Settings => ({
  ...settings,
  attempts: Math.min(settings.attempts ?? limits.attempts, limits.attempts),
  timeout: Math.min(settings.timeout ?? limits.timeout, limits.timeout),
});
