import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAgents } from '#adapters/agents/agents.ts';
import { changing } from '#core/dispatch/ready.ts';
import type { Plan } from '#core/types.ts';
import { planId } from '#core/words/names.ts';
import type { Log } from '#engine/ports.ts';
import { loadConfiguration } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { type Running, start } from '../src/main.ts';
import { ending } from './ending.ts';
import { filePlan } from './plan.ts';
import { sampleFiles } from './sample.ts';
import type { Screen } from './screen.ts';
import { setStage } from './stage.ts';
import { startWorld } from './world/start.ts';
import type { World } from './world/world.ts';

export type ShowOptions = {
  /** `scripted` (default), or `claude` for the Claude Code on the PATH. */
  readonly agent: 'scripted' | 'claude';
  readonly screen: Screen;
  /** Ends the show early; everything is cleaned up. */
  readonly signal: AbortSignal;
};

/** A show that is over: how the plan stands, and the world to look around in until `close`. */
export type Show = {
  readonly plan: Plan;
  readonly world: World;
  /** The app's own page. */
  readonly url: string;
  readonly log: string;
  readonly close: () => Promise<void>;
};

/** The longest that a show may take with an agent that is scripted, milliseconds; a real model may take longer. */
const PATIENCE = { scripted: 180_000, claude: 3_600_000 } as const;

/** Plays the whole main job on this machine: a maintainer files the plan, labels it, says start, and watches. */
export const playShow = async ({ agent, screen, signal }: ShowOptions): Promise<Show> => {
  const folder = await mkdtemp(join(tmpdir(), 'forkjoin-demo-'));
  const open: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of open.splice(0).toReversed()) await step();
  };
  try {
    const path = join(folder, 'app.log');
    const log = createLog('info', path);
    screen.say('Starting a GitHub on this machine, and the app with its embedded database …');
    const world = await startWorld({ repositories: [{ name: 'shop', files: await sampleFiles() }] });
    open.push(() => world.close());
    const running = await openApp(world, folder, agent, log, screen);
    open.push(() => running.close(2_000));
    signal.throwIfAborted();
    world.setWebhookUrl(`${running.url}/api/github/webhooks`);
    const issue = await filePlan(world);
    screen.say(`A maintainer filed plan #${issue} with four items, and labelled them. Checking …`);
    const id = planId({ ...world.repository, installation: world.installationId }, issue);
    await until(
      running,
      id,
      screen,
      (plan) => plan.items.length === 4 && plan.items.every((item) => item.state.name === 'ready'),
      signal,
      60_000,
    );
    screen.say('\nAll items are ready. The maintainer says: /parallel start\n');
    await world.as('maintainer').comment(issue, '/parallel start');
    const plan = await until(running, id, screen, isOver, signal, PATIENCE[agent]);
    screen.finish();
    screen.say(await ending(world, plan));
    return { plan, world, url: `${running.url}/`, log: path, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Proposed, ended, or nothing moves any more without a person because items failed. */
const isOver = (plan: Plan): boolean =>
  ['proposed', 'landed', 'cancelled'].includes(plan.state.name) ||
  (plan.state.name === 'running' &&
    plan.items.some((item) => item.state.name === 'failed') &&
    changing(plan).size === 0);

const openApp = async (
  world: World,
  folder: string,
  agent: ShowOptions['agent'],
  log: Log,
  screen: Screen,
): Promise<Running> => {
  const sandbox = await sandboxHere(folder, log, agent, screen);
  const script = fileURLToPath(new URL('agent.mjs', import.meta.url));
  const templates = fileURLToPath(new URL('agent', import.meta.url));
  const agents = {
    scripted: { kind: 'command', command: [process.execPath, script], readable: [templates] },
    claude: { kind: 'claude-code' },
  };
  const variables = Object.fromEntries(
    MODEL_KEYS.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const operator = { sandbox, default_agent: agent, agents, slots: 4 };
  const configuration = loadConfiguration(setStage({ world, folder, operator, variables }), folder);
  if (!configuration.ok) throw new Error(configuration.problems.join('\n'));
  const { app } = configuration.value.github;
  if (app === undefined) throw new Error("The demo's own configuration has no credentials.");
  return start(configuration.value, app, { web: true, worker: true }, log);
};

/** What a real Claude Code needs of the environment. */
const MODEL_KEYS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'] as const;

/** Bubblewrap where this machine can; the scripted agent is ours and may run without, a real one may not. */
const sandboxHere = async (
  folder: string,
  log: Log,
  agent: ShowOptions['agent'],
  screen: Screen,
): Promise<'bubblewrap' | 'none'> => {
  const { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url = 'https://api.anthropic.com' } = process.env;
  const config =
    agent === 'claude'
      ? ({ kind: 'claude-code' } as const)
      : ({ kind: 'command', command: [process.execPath] } as const);
  const models = key === undefined ? {} : { anthropic: { url, key } };
  const home = join(folder, 'probe');
  const probe = await createAgents({
    home,
    sandbox: 'bubblewrap',
    default: agent,
    agents: { [agent]: config },
    models,
    log,
  });
  const problems = await probe.problems(agent);
  if (problems.length === 0) return 'bubblewrap';
  if (agent === 'claude') throw new Error(problems.join(' '));
  screen.say(`No sandbox on this machine: ${problems.join(' ')}`);
  screen.say('The scripted agent, which is part of this project, runs without one.');
  return 'none';
};

/** Shows the plan until `done` says so. Rejects when it takes too long or the show is ended. */
const until = async (
  running: Running,
  id: string,
  screen: Screen,
  done: (plan: Plan) => boolean,
  signal: AbortSignal,
  patience: number,
): Promise<Plan> => {
  const deadline = Date.now() + patience;
  for (;;) {
    signal.throwIfAborted();
    const plan = (await running.store.load(id))?.plan;
    if (plan !== undefined) {
      screen.show(plan);
      if (done(plan)) return plan;
    }
    if (Date.now() > deadline)
      throw new Error(`The demo took longer than ${patience / 1_000} s and was ended. ${plan?.notice?.text ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
};
