import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '#core/types.ts';
import { planId } from '#core/words/names.ts';
import { setStage } from '../../demo/stage.ts';
import { startWorld } from '../../demo/world/start.ts';
import type { World, WorldOptions } from '../../demo/world/world.ts';
import { loadConfiguration } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type Roles, type Running, start } from '../../src/main.ts';
import { startRedis } from '../services/redis.ts';
import type { Server } from '../services/server.ts';

const AGENT = fileURLToPath(new URL('../../demo/agent.mjs', import.meta.url));

/** What the scripted agent does for an issue: see `demo/agent.mjs`. */
export type Script = {
  readonly write?: Record<string, string>;
  readonly delete?: string[];
  readonly say?: string[];
  readonly seconds?: number;
  readonly exit?: number;
};

export type LocalOptions = {
  readonly files?: Record<string, string>;
  /** By issue (`#2`), title or `*`. */
  readonly script?: Record<string, Script>;
  readonly operator?: Record<string, unknown>;
  readonly variables?: Record<string, string>;
  readonly world?: Omit<WorldOptions, 'repositories'>;
  readonly defaultBranch?: string;
  /** No app yet: the test starts its own processes. */
  readonly app?: false;
  /** Where apps of this process keep what they know, when `variables` does not say: Redis, which starts in a tenth of the time. */
  readonly database?: 'redis' | 'embedded';
};

/** A GitHub, an app and people, all on this machine; everything real but GitHub itself. */
export type Local = {
  readonly world: World;
  readonly folder: string;
  /** Environment that an app process for this world needs. */
  readonly environment: (more?: {
    port?: number;
    variables?: Record<string, string>;
    home?: string;
  }) => Readonly<Record<string, string>>;
  /** Starts (another) app in this process. */
  readonly open: (roles?: Roles) => Promise<Running>;
  readonly running: () => Running;
  /** Waits until what the plan of an issue looks like satisfies `done`. */
  readonly plan: (issue: number, done: (plan: Plan) => boolean, seconds?: number) => Promise<Plan>;
  /** Waits until the app has nothing left to do: no webhook on its way, no job in any queue, nothing in the outbox. */
  readonly quiet: (seconds?: number) => Promise<void>;
  /** Writes of the app so far, in order: method and route, or `PUSH` with the branch. */
  readonly writes: () => readonly string[];
  /** Our comment on an issue; undefined while there is none. */
  readonly comment: (issue: number) => Promise<string | undefined>;
  readonly log: () => Promise<string>;
  readonly close: () => Promise<void>;
};

/** Opens a local world with an app that serves it. Close it in `afterEach`. */
export const openLocal = async (options: LocalOptions = {}): Promise<Local> => {
  const folder = await mkdtemp(join(tmpdir(), 'forkjoin-test-'));
  const files = { 'README.md': '# Shop\n', '.github/parallel.yml': 'integrate: verified\n', ...options.files };
  const world = await startWorld({
    ...options.world,
    repositories: [
      { name: 'shop', files, ...(options.defaultBranch === undefined ? {} : { defaultBranch: options.defaultBranch }) },
    ],
  });
  const tools = join(folder, 'tools');
  await mkdir(tools);
  await writeFile(join(tools, 'table.json'), JSON.stringify(options.script ?? {}));
  const path = join(folder, 'app.log');
  const redis = await ownRedis(options);
  const opened: Running[] = [];

  const environment: Local['environment'] = ({ port = 0, variables = {}, home } = {}) =>
    setStage({
      world,
      folder: home === undefined ? folder : join(folder, home),
      port,
      operator: {
        sandbox: 'bubblewrap',
        default_agent: 'script',
        agents: {
          script: { kind: 'command', command: [process.execPath, AGENT, join(tools, 'table.json')], readable: [tools] },
        },
        ...options.operator,
      },
      variables: {
        RECONCILE_SECONDS: '3600',
        ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
        ...options.variables,
        ...variables,
      },
    });

  const open: Local['open'] = async (roles = { web: true, worker: true }) => {
    const configuration = loadConfiguration(environment(), folder);
    if (!configuration.ok) throw new Error(configuration.problems.join('\n'));
    const { app } = configuration.value.github;
    if (app === undefined) throw new Error('no credentials');
    const running = await start(configuration.value, app, roles, createLog('debug', path));
    opened.push(running);
    if (running.url !== undefined) world.setWebhookUrl(`${running.url}/api/github/webhooks`);
    return running;
  };

  const running = (): Running => {
    const last = opened.at(-1);
    if (last === undefined) throw new Error('no app is open');
    return last;
  };

  const local: Local = {
    world,
    folder,
    environment,
    open,
    running,
    plan: (issue, done, seconds = 60) =>
      eventually(
        async () => {
          const id = planId({ ...world.repository, installation: world.installationId }, issue);
          const plan = (await running().store.load(id))?.plan;
          return plan !== undefined && done(plan) ? plan : undefined;
        },
        `plan #${issue}`,
        seconds,
      ).catch(async (error: unknown) => {
        const stands = (await running().store.plans()).find((found) => found.issue === issue);
        const log = (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(-12).join('\n');
        throw new Error(
          `${String(error)} It is ${stands?.state.name}: ${JSON.stringify(stands?.items.map((item) => [item.issue, item.state]))} ${JSON.stringify(stands?.report.problems)} ${stands?.notice?.text ?? ''}\n${log}`,
        );
      }),
    quiet: async (seconds = 60) => {
      await eventually(
        async () => {
          await world.idle();
          const depth = await running().queues.depth();
          const outbox = await running().store.outbox(1);
          return Object.values(depth).every((jobs) => jobs === 0) && outbox.length === 0 ? true : undefined;
        },
        'the app to have nothing left to do',
        seconds,
      );
    },
    writes: () =>
      world.writes.map((write) =>
        write.branches === undefined ? `${write.method} ${write.route}` : `PUSH ${write.branches.join(' ')}`,
      ),
    comment: async (issue) => (await ourComments(world, issue))[0],
    log: () => readFile(path, 'utf8').catch(() => ''),
    close: async () => {
      for (const app of opened.splice(0)) await app.close(1_000);
      await world.close();
      await redis?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (options.app !== false) await open();
  return local;
};

/** A Redis for one world; none for a test that starts its own processes or says where things are kept. */
const ownRedis = async ({ app, database = 'redis', variables = {} }: LocalOptions): Promise<Server | undefined> =>
  app === false || database === 'embedded' || 'REDIS_URL' in variables || 'DATABASE_URL' in variables
    ? undefined
    : startRedis();

/** Bodies of the app's comments on an issue, oldest first. */
export const ourComments = async (world: World, issue: number): Promise<readonly string[]> =>
  (await world.as('maintainer').comments(issue))
    .filter((comment) => (comment['user'] as { login: string }).login === `${world.appSlug}[bot]`)
    .map((comment) => String(comment['body']));

/** Asks again until there is an answer; what was waited for is named when there is none in time. */
export const eventually = async <Value>(
  ask: () => Promise<Value | undefined>,
  what: string,
  seconds = 60,
): Promise<Value> => {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** An item's body that owns one file and is verified by a command. */
export const itemBody = (
  path: string,
  more: { command?: string; dependsOn?: readonly number[]; extra?: string } = {},
): string =>
  [
    `### Scope\n- create \`${path}\``,
    '### Context\nOne part of the shop, wanted by everybody.',
    '### Contracts\nNone',
    `### Verification\n\`\`\`sh\n${more.command ?? `test -s ${path}`}\n\`\`\``,
    ...(more.dependsOn === undefined
      ? []
      : [`### Depends on\n${more.dependsOn.map((number) => `- #${number}`).join('\n')}`]),
    more.extra ?? '',
  ].join('\n\n');

/** Files a plan with items as the maintainer, sub-issues set, all labelled. Numbers: plan first, items after. */
export const filePlan = async (
  world: World,
  items: readonly { readonly title: string; readonly body: string }[],
  plan: { title?: string; body?: string } = {},
): Promise<{ readonly plan: number; readonly items: readonly number[] }> => {
  const maintainer = world.as('maintainer');
  const { number } = await maintainer.createIssue({
    title: plan.title ?? 'A better shop',
    body: plan.body ?? '### Goal\nA better shop.\n\n### Verification\n```sh\ntest -f README.md\n```',
  });
  const numbers: number[] = [];
  for (const item of items) numbers.push((await maintainer.createIssue(item)).number);
  for (const item of numbers) await maintainer.addSubIssue(number, item);
  for (const issue of [...numbers, number]) await maintainer.label(issue, 'parallel');
  return { plan: number, items: numbers };
};

export const allReady =
  (count: number) =>
  (plan: Plan): boolean =>
    plan.items.length === count && plan.items.every((item) => item.state.name === 'ready');
