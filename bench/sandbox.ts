/**
 * What the sandbox costs: the time from starting an agent to its end, for one that does nothing, under bubblewrap and
 * without. Starts alternate, so that both see the same machine; medians are compared. At most 50 ms more is the promise.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createAgents } from '#adapters/agents/agents.ts';
import type { Agents, AgentTask } from '#engine/ports.ts';
import { memoryPurse } from '../test/services/ledger.ts';

const STARTS = 60;
const PROMISE = 50;

const home = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-bench-')));
const path = join(home, 'worktrees', '1', 'bench');
mkdirSync(path, { recursive: true });

const log = { info: () => {}, warn: () => {}, error: () => {} };
const open = (sandbox: 'bubblewrap' | 'none'): Promise<Agents> =>
  createAgents({
    home,
    sandbox,
    default: 'idle',
    agents: { idle: { kind: 'command', command: ['true'] } },
    models: {},
    log,
  });

const task: AgentTask = {
  agent: 'idle',
  worktree: { path, name: 'bench', base: '0'.repeat(40) },
  repository: { installation: 1, id: 1, owner: 'octo', name: 'bench' },
  tier: 'usual',
  prompt: 'issue #1',
  task: {
    issue: 1,
    title: '',
    plan: 1,
    attempt: 1,
    scope: [],
    contracts: '',
    constraints: '',
    verification: [],
    base: '',
  },
  readOnly: [],
  limits: { timeout: 1, stall: 1, output: 1 },
  purse: memoryPurse().purse,
};

async function start(agents: Agents): Promise<number> {
  const from = performance.now();
  for await (const event of agents.start(task, new AbortController().signal)) {
    if (event.kind === 'ended' && event.outcome.kind !== 'done') throw new Error(JSON.stringify(event.outcome));
  }
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const from = performance.now();
const contained = await open('bubblewrap');
const proof = performance.now() - from;
const plain = await open('none');
const [inside, outside]: [number[], number[]] = [[], []];
for (let i = 0; i < STARTS; i++) {
  outside.push(await start(plain));
  inside.push(await start(contained));
}
rmSync(home, { recursive: true, force: true });

const [a, b] = [median(inside), median(outside)];
const ms = (value: number): string => `${value.toFixed(1)} ms`;
process.stdout.write(`start and end of an agent, median of ${STARTS}: bubblewrap ${ms(a)}, none ${ms(b)}\n`);
process.stdout.write(`proof of the sandbox, once per worker: ${ms(proof)}\n`);
process.stdout.write(
  `sandbox costs ${ms(a - b)} more (ratio ${(a / b).toFixed(2)}); promised: at most ${PROMISE} ms\n`,
);
process.exitCode = a - b <= PROMISE ? 0 : 1;
