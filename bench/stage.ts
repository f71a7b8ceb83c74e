import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Plan } from '#core/types.ts';
import { planId } from '#core/words/names.ts';
import { setStage } from '../demo/stage.ts';
import { createPerson, type Person } from '../demo/world/people.ts';
import type { World } from '../demo/world/world.ts';
import { loadConfiguration } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { type Running, start } from '../src/main.ts';

/**
 * An agent that takes a given time: it sleeps, then writes when it started and ended (milliseconds since 1970) into the
 * one file of its scope.
 */
const AGENT = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
const start = Date.now();
const { scope: [path] } = JSON.parse(readFileSync(process.env.FORKJOIN_TASK, 'utf8'));
await new Promise((resolve) => setTimeout(resolve, Number(process.argv[2])));
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, JSON.stringify({ start, end: Date.now() }) + '\\n');
`;

/** What a world in a process of its own tells of itself. */
type Coordinates = Pick<
  World,
  'apiUrl' | 'serverUrl' | 'appId' | 'privateKey' | 'webhookSecret' | 'installationId' | 'repository'
> & {
  readonly tokens: Readonly<Record<string, string>>;
};

export type Bench = {
  readonly world: Coordinates;
  readonly maintainer: Person;
  readonly running: Running;
  /** Waits until the plan of an issue is as wanted; every `milliseconds`, 20 when not said. */
  readonly plan: (issue: number, done: (plan: Plan) => boolean, milliseconds?: number) => Promise<Plan>;
  /** Waits until the app has nothing left to do. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * A GitHub in a process of its own, as the real one is elsewhere, and an app with the embedded database, an agent that
 * takes `agentMs`, and no pause between writes.
 */
export const openBench = async (options: { readonly agentMs: number; readonly slots: number }): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), 'forkjoin-bench-'));
  const agent = join(folder, 'agent.mjs');
  await writeFile(agent, AGENT);
  const port = await freePort();
  const world = await openWorld(join(folder, 'files'), port);
  const operator = {
    sandbox: 'bubblewrap',
    default_agent: 'timed',
    slots: options.slots,
    agents: { timed: { kind: 'command', command: [process.execPath, agent, String(options.agentMs)] } },
  };
  const stage = setStage({
    world: world.coordinates,
    folder,
    operator,
    port,
    variables: { RECONCILE_SECONDS: '3600' },
  });
  const configuration = loadConfiguration(stage, folder);
  if (!configuration.ok || configuration.value.github.app === undefined)
    throw new Error('The configuration of the benchmark is wrong.');
  const { app } = configuration.value.github;
  const running = await start(
    configuration.value,
    app,
    { web: true, worker: true },
    createLog('warn', join(folder, 'app.log')),
  );
  const { apiUrl, repository, installationId, tokens } = world.coordinates;
  const login = 'octo-maintainer';
  return {
    world: world.coordinates,
    maintainer: createPerson(apiUrl, login, tokens[login] ?? '', `${repository.owner}/${repository.name}`),
    running,
    plan: async (issue, done, milliseconds = 20) => {
      for (;;) {
        const plan = (await running.store.load(planId({ ...repository, installation: installationId }, issue)))?.plan;
        if (plan !== undefined && done(plan)) return plan;
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
      }
    },
    idle: async () => {
      while (Object.values(await running.queues.depth()).some((jobs) => jobs > 0))
        await new Promise((resolve) => setTimeout(resolve, 200));
    },
    close: async () => {
      // What was set off by the last item may still be under way; a benchmark does not wait for it.
      await running.close(5_000);
      await world.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const openWorld = async (
  files: string,
  port: number,
): Promise<{ readonly coordinates: Coordinates; readonly close: () => Promise<void> }> => {
  await mkdir(join(files, '.github'), { recursive: true });
  await writeFile(join(files, 'README.md'), '# Documentation\n');
  await writeFile(join(files, '.github/parallel.yml'), 'integrate: verified\n');
  const program = fileURLToPath(new URL('../demo/world/main.ts', import.meta.url));
  const webhook = `http://127.0.0.1:${port}/api/github/webhooks`;
  const child = spawn(process.execPath, [program, '--repository', 'docs', '--files', files, '--webhook-url', webhook], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    coordinates: JSON.parse(line) as Coordinates,
    close: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** An item that owns one file and is verified by its being there. */
export const item = (path: string): string =>
  `### Scope\n- create \`${path}\`\n\n### Context\nOne diagram of the documentation sweep, converted on its own.\n\n### Contracts\nNone\n\n### Verification\n\`\`\`sh\ntest -s ${path}\n\`\`\`\n`;

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};
