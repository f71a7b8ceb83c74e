import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentsOptions, createAgents } from '#adapters/agents/agents.ts';
import type { AgentEvent, AgentOutcome, Agents, AgentTask, Log, Worktree } from '#engine/ports.ts';
import { memoryPurse } from '../../services/ledger.ts';

export const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A home of the app with one plain worktree in it, and the agents of a test on offer. */
export async function world(options: Partial<AgentsOptions> & Pick<AgentsOptions, 'sandbox'>): Promise<{
  agents: Agents;
  home: string;
  worktree: Worktree;
  task: (over?: Partial<AgentTask>) => AgentTask;
  remove: () => void;
}> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-agents-')));
  const path = join(home, 'worktrees', '7', 'item-3-1');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'README.md'), '# sample\n');
  const worktree: Worktree = { path, name: 'item-3-1', base: 'a'.repeat(40) };
  const agents = await createAgents({ home, default: 'script', agents: {}, models: {}, log: quiet, ...options });
  const task = (over: Partial<AgentTask> = {}): AgentTask => ({
    agent: 'script',
    worktree,
    repository: { installation: 1, id: 7, owner: 'octo', name: 'sample' },
    tier: 'usual',
    prompt: 'issue #3\n\nDo it.',
    task: {
      issue: 3,
      title: 'An item',
      plan: 1,
      attempt: 1,
      scope: ['src/**/*.ts'],
      contracts: '',
      constraints: '',
      verification: ['true'],
      base: worktree.base,
    },
    readOnly: [],
    limits: { timeout: 1, stall: 1, output: 10 },
    purse: memoryPurse().purse,
    ...over,
  });
  return { agents, home, worktree, task, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Runs a task to its end: what was reported on the way, and the one outcome. */
export async function finish(
  events: AsyncIterable<AgentEvent>,
): Promise<{ progress: readonly string[]; outcomes: readonly AgentOutcome[]; outcome: AgentOutcome }> {
  const progress: string[] = [];
  const outcomes: AgentOutcome[] = [];
  for await (const event of events) {
    if (event.kind === 'progress') progress.push(event.text);
    else if (event.kind === 'ended') outcomes.push(event.outcome);
  }
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('the agent never ended');
  return { progress, outcomes, outcome };
}
