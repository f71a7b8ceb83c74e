import { agentOf } from '#core/staffing/agent-of.ts';
import type { AgentWishes, Settings, Staffing } from '#core/types.ts';
import { code, inline } from '#core/words/safe.ts';

/** What keeps an item from being worked on here, a sentence each, before anything is spent: its agent, its role. */
export const unstaffed = (
  wishes: AgentWishes,
  settings: Pick<Settings, 'agent' | 'agents' | 'rolesDir'>,
  staffing: Staffing,
): readonly string[] => [...ofAgent(wishes, settings, staffing), ...ofRole(wishes, settings, staffing)];

const ofAgent = (
  wishes: AgentWishes,
  settings: Pick<Settings, 'agent' | 'agents'>,
  staffing: Staffing,
): readonly string[] => {
  const name = agentOf(wishes, settings) ?? staffing.defaultAgent;
  if (wishes.agent !== undefined && settings.agents?.includes(wishes.agent) === false)
    return [
      `the agent ${code(wishes.agent)} is not one that this repository allows (${code('agents')}: ${settings.agents.map((one) => code(one)).join(', ')})`,
    ];
  return (staffing.agents[name ?? ''] ?? []).map((problem) => inline(problem, 500));
};

const ofRole = (
  { role }: AgentWishes,
  settings: Pick<Settings, 'rolesDir'>,
  { roles, roleProblems }: Staffing,
): readonly string[] => {
  if (role === undefined) return [];
  if (settings.rolesDir === undefined)
    return [`it asks for the role ${code(role)}, and the repository names no ${code('roles_dir')}`];
  const found = roles.filter((one) => one.name === role);
  if (found.length === 1) return [];
  if (found.length > 1)
    return [`the role ${code(role)} is defined more than once: ${found.map(({ path }) => code(path)).join(', ')}`];
  const known = roles.map((one) => code(one.name)).join(', ') || 'none';
  return [
    `there is no role ${code(role)} in ${code(settings.rolesDir)}; known: ${known}`,
    ...roleProblems.map((problem) => inline(problem, 500)),
  ];
};
