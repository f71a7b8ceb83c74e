import type { Agents } from '#engine/ports.ts';
import { acpAgent } from './acp.ts';
import type { AgentConfig } from './agent-config.ts';
import { CLAUDE_CODE } from './claude-code.ts';
import { CODEX } from './codex.ts';
import { commandAgent } from './command.ts';
import { sweepControlGroups } from './control-group.ts';
import { eventStream } from './events.ts';
import type { Upstreams } from './gateway/provider.ts';
import type { Agent } from './kind.ts';
import { killAbandoned } from './marker.ts';
import { modelProgramAgent } from './model-program.ts';
import { sweepRunFolders } from './run-folder.ts';
import { forgetConversation, keptConversations, sweepSessions } from './sessions.ts';
import { runCommand } from './shell.ts';
import { openWorkshop, type Workshop, type WorkshopOptions } from './workshop.ts';

export type AgentsOptions = WorkshopOptions & {
  readonly default: string;
  readonly agents: Readonly<Record<string, AgentConfig>>;
  readonly models: Upstreams;
};

/** The agents of this machine. Proves the sandbox first; when it cannot be proven, nothing runs and everything says why. */
export async function createAgents(options: AgentsOptions): Promise<Agents> {
  await sweepRunFolders();
  sweepControlGroups();
  await killAbandoned();
  await sweepSessions(options.home);
  const { workshop, refused } = await openWorkshop(options);
  if (refused !== undefined) options.log.warn({ sandbox: options.sandbox }, refused);
  const agents = new Map(
    Object.entries(options.agents).map(([name, config]) => [
      name,
      agentOf(name, config, workshop, options, refused === undefined),
    ]),
  );
  const offered = [options.default, ...agents.keys()].filter(
    (name, index, all) => agents.has(name) && all.indexOf(name) === index,
  );

  const problems = async (name: string): Promise<readonly string[]> => {
    const own = await agents.get(name)?.problems();
    if (own !== undefined) return refused === undefined ? own : [refused, ...own];
    return [`there is no agent "${name}" here; on offer: ${offered.join(', ') || 'none'}`];
  };

  return {
    offered,
    containment: { kind: options.sandbox },
    problems: (name) => problems(name ?? options.default),
    conversations: () => keptConversations(options.home),
    forget: (conversation) => forgetConversation(options.home, conversation),
    start: (task, signal) =>
      eventStream(signal, async (report, ended) => {
        const reasons = await problems(task.agent);
        const agent = agents.get(task.agent);
        if (agent === undefined || reasons.length > 0) return { kind: 'unavailable', what: reasons.join('; ') };
        return await agent.run(task, report, ended);
      }),
    command: async (worktree, command, limits, signal) =>
      refused === undefined
        ? await runCommand(workshop, worktree, command, limits, signal)
        : { command, ok: false, why: refused, tail: '', seconds: 0, unasked: true },
  };
}

function agentOf(name: string, config: AgentConfig, workshop: Workshop, options: AgentsOptions, held: boolean): Agent {
  switch (config.kind) {
    case 'command':
      return commandAgent(name, config, options.models, workshop);
    case 'claude-code':
      return modelProgramAgent(CLAUDE_CODE, name, config, options.models.anthropic, workshop);
    case 'codex':
      return modelProgramAgent(CODEX, name, config, options.models.openai, workshop);
    case 'acp':
      return acpAgent(name, config, options.models, workshop, held);
  }
}
