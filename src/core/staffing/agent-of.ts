import type { AgentWishes, Settings } from '#core/types.ts';

/** The agent that an item gets: its own wish, else the repository's; undefined leaves it to the operator's default. */
export const agentOf = (wishes: AgentWishes, settings: Pick<Settings, 'agent'>): string | undefined =>
  wishes.agent ?? settings.agent;
