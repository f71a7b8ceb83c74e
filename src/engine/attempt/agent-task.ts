import { minutesFor } from '#core/dispatch/limits.ts';
import { agentOf } from '#core/staffing/agent-of.ts';
import { modelOf, tierOf } from '#core/staffing/model-of.ts';
import { roleOf } from '#core/staffing/role-of.ts';
import type { Item, Plan } from '#core/types.ts';
import { goOn } from '#core/words/hand-over.ts';
import type { Before } from '#engine/attempt/checkpoint.ts';
import type { GoingOn } from '#engine/attempt/going-on.ts';
import type { Running } from '#engine/attempt.ts';
import type { AgentTask, Ports, Worktree } from '#engine/ports.ts';
import { purseFor } from '#engine/spend/purse-for.ts';

/** What there was before: a try at the same that was cut off, or a member that is gone on with. */
type Earlier = { readonly before: Before | undefined; readonly goingOn: GoingOn | undefined };

/** The item's wish, else the repository's, else the operator's default. */
export const agentName = (ports: Ports, plan: Plan, item: Item): string =>
  agentOf(item.text.agent, plan.settings) ?? ports.agents.offered[0] ?? 'none';

/** What an agent is given for a start: `earlier` is what it could go on with. */
export const agentTask = (running: Running, worktree: Worktree, text: string, earlier: Earlier): AgentTask => {
  const { ports, plan, item, attempt } = running;
  const role = roleOf(plan, item);
  const model = modelOf(item.text.agent, plan.settings, role);
  return {
    agent: agentName(ports, plan, item),
    tier: tierOf(item.text.agent),
    ...(role?.tools === undefined ? {} : { tools: role.tools }),
    worktree,
    repository: plan.repository,
    prompt: text,
    task: {
      issue: item.issue,
      title: item.text.title,
      plan: plan.issue,
      attempt,
      scope: item.text.scope.map((entry) => entry.pattern),
      contracts: [item.text.contractsText, plan.text?.contractsText ?? ''].filter(Boolean).join('\n\n'),
      constraints: item.text.constraints,
      verification: item.text.commands,
      base: worktree.base,
    },
    readOnly: (plan.text?.files ?? []).map((file) => file.path),
    limits: {
      timeout: minutesFor(item, plan.settings),
      stall: ports.limits.stall,
      output: ports.limits.output,
    },
    purse: purseFor(ports, plan, {
      item: item.issue,
      attempt,
      agent: agentName(ports, plan, item),
      kind: item.text.agent.kind ?? 'implement',
    }),
    ...(model === undefined ? {} : { model }),
    ...resumed(running, earlier),
  };
};

/** The agent's own conversation, where it has one: what an earlier try at this left, else the one that made the member. */
const resumed = ({ ports, plan, item, after }: Running, { before, goingOn }: Earlier): Pick<AgentTask, 'resume'> => {
  const agent = agentName(ports, plan, item);
  const session = before?.left.agent === agent ? before.left.session : undefined;
  if (before !== undefined && session !== undefined) return { resume: { session, prompt: goOn(item, before, after) } };
  if (goingOn?.session?.agent !== agent) return {};
  return { resume: { session: goingOn.session.session, prompt: goingOn.prompt } };
};
