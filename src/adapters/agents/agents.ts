import { mkdirSync, realpathSync } from 'node:fs';
import type { Agents, Log } from '#engine/ports.ts';
import type { AgentConfig } from './agent-config.ts';
import { claudeCodeAgent } from './claude-code.ts';
import { commandAgent } from './command.ts';
import type { Workshop } from './contained.ts';
import { eventStream } from './events.ts';
import type { Upstream } from './gateway.ts';
import { hiddenMounts } from './hidden.ts';
import type { Agent } from './kind.ts';
import { killAbandoned } from './marker.ts';
import { nodeInstallation } from './node-installation.ts';
import { proveContainment } from './proof.ts';
import { sweepRunFolders } from './run-folder.ts';
import { bubblewrap, openAir, refusing, type Sandbox } from './sandbox.ts';
import { runCommand } from './shell.ts';

export type AgentsOptions = {
  /** FORKJOIN_HOME: hidden from agents, apart from their worktree. */
  readonly home: string;
  readonly sandbox: 'bubblewrap' | 'container' | 'none';
  readonly default: string;
  readonly agents: Readonly<Record<string, AgentConfig>>;
  readonly models: { readonly anthropic?: Upstream | undefined; readonly openai?: Upstream | undefined };
  /** `host:port`s that agents, and set-up commands, may reach from inside a sandbox; none when absent. */
  readonly egress?: readonly string[] | undefined;
  readonly setupEgress?: readonly string[] | undefined;
  readonly log: Log;
};

/** The agents of this machine. Proves the sandbox first; when it cannot be proven, nothing runs and everything says why. */
export async function createAgents(options: AgentsOptions): Promise<Agents> {
  mkdirSync(options.home, { recursive: true });
  await sweepRunFolders();
  await killAbandoned();
  const home = realpathSync(options.home);
  const { workshop, refused } = await openWorkshop(options, home);
  if (refused !== undefined) options.log.warn({ sandbox: options.sandbox }, refused);
  const agents = new Map(
    Object.entries(options.agents).map(([name, config]) => [name, agentOf(name, config, workshop, options)]),
  );
  const offered = [options.default, ...agents.keys()].filter(
    (name, index, all) => agents.has(name) && all.indexOf(name) === index,
  );

  const problems = (name: string): readonly string[] => {
    const agent = agents.get(name);
    if (agent !== undefined) return refused === undefined ? agent.problems() : [refused, ...agent.problems()];
    return [`there is no agent "${name}" here; on offer: ${offered.join(', ') || 'none'}`];
  };

  return {
    offered,
    containment: { kind: options.sandbox },
    problems: async (name) => problems(name ?? options.default),
    start: (task, signal) =>
      eventStream(signal, async (report, ended) => {
        const [...reasons] = problems(task.agent);
        const agent = agents.get(task.agent);
        if (agent === undefined || reasons.length > 0) return { kind: 'unavailable', what: reasons.join('; ') };
        return await agent.run(task, report, ended);
      }),
    command: async (worktree, command, limits, signal) =>
      refused === undefined
        ? await runCommand(workshop, worktree, command, limits, signal)
        : { command, ok: false, why: refused, tail: '', seconds: 0 },
  };
}

/** The place where everything runs, proven to hold; or one that starts nothing, and why. */
async function openWorkshop(
  options: AgentsOptions,
  home: string,
): Promise<{ readonly workshop: Workshop; readonly refused?: string }> {
  const kind = options.sandbox;
  const common = {
    home,
    hidden: hiddenMounts(home),
    node: nodeInstallation(),
    egress: { agents: options.egress ?? [], setup: options.setupEgress ?? [] },
    log: options.log,
  };
  const sandbox = await openSandbox(kind, home);
  const workshop = { ...common, sandbox: 'refused' in sandbox ? refusing(kind, sandbox.refused) : sandbox };
  if ('refused' in sandbox) return { workshop, refused: sandbox.refused };
  const refused = kind === 'none' ? undefined : await proveContainment(workshop);
  return refused === undefined ? { workshop } : { workshop: { ...common, sandbox: refusing(kind, refused) }, refused };
}

async function openSandbox(
  kind: AgentsOptions['sandbox'],
  home: string,
): Promise<Sandbox | { readonly refused: string }> {
  switch (kind) {
    case 'none':
      return openAir();
    case 'bubblewrap':
      return await bubblewrap(home);
    case 'container':
      return {
        refused: '`sandbox: container` is not available in this version: set `sandbox: bubblewrap` in forkjoin.yml.',
      };
  }
}

function agentOf(name: string, config: AgentConfig, workshop: Workshop, options: AgentsOptions): Agent {
  switch (config.kind) {
    case 'command':
      return commandAgent(name, config, workshop);
    case 'claude-code':
      return claudeCodeAgent(name, config, options.models.anthropic, workshop, options.log);
    case 'codex':
    case 'acp': {
      const sentence = `agent "${name}" is of kind ${config.kind}, which this version cannot run yet: offer one of kind claude-code or command`;
      return { problems: () => [sentence], run: async () => ({ kind: 'unavailable', what: sentence }) };
    }
  }
}
