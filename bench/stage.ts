import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '#core/types.ts';
import { planId } from '#core/words/names.ts';
import { setStage } from '../demo/stage.ts';
import { startWorld } from '../demo/world/start.ts';
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

export type Bench = {
  readonly world: World;
  readonly running: Running;
  /** Waits until the plan of an issue is as wanted; every 20 ms. */
  readonly plan: (issue: number, done: (plan: Plan) => boolean) => Promise<Plan>;
  readonly close: () => Promise<void>;
};

/** A world and an app with the embedded database, an agent that takes `agentMs`, and no pause between writes. */
export const openBench = async (options: { readonly agentMs: number; readonly slots: number }): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), 'forkjoin-bench-'));
  const agent = join(folder, 'agent.mjs');
  await writeFile(agent, AGENT);
  const files = { 'README.md': '# Documentation\n', '.github/parallel.yml': 'integrate: verified\n' };
  const world = await startWorld({ repositories: [{ name: 'docs', files }] });
  const operator = {
    sandbox: 'bubblewrap',
    default_agent: 'timed',
    slots: options.slots,
    agents: { timed: { kind: 'command', command: [process.execPath, agent, String(options.agentMs)] } },
  };
  const configuration = loadConfiguration(
    setStage({ world, folder, operator, variables: { RECONCILE_SECONDS: '3600' } }),
    folder,
  );
  if (!configuration.ok || configuration.value.github.app === undefined)
    throw new Error('The configuration of the benchmark is wrong.');
  const running = await start(
    configuration.value,
    configuration.value.github.app,
    { web: true, worker: true },
    createLog('warn', join(folder, 'app.log')),
  );
  world.setWebhookUrl(`${running.url}/api/github/webhooks`);
  return {
    world,
    running,
    plan: async (issue, done) => {
      for (;;) {
        const plan = (
          await running.store.load(planId({ ...world.repository, installation: world.installationId }, issue))
        )?.plan;
        if (plan !== undefined && done(plan)) return plan;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: async () => {
      await running.close(1_000);
      await world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** An item that owns one file and is verified by its being there. */
export const item = (path: string): string =>
  `### Scope\n- create \`${path}\`\n\n### Context\nOne diagram of the documentation sweep, converted on its own.\n\n### Contracts\nNone\n\n### Verification\n\`\`\`sh\ntest -s ${path}\n\`\`\`\n`;

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};
