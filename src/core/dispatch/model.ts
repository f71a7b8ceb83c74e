import type { Item, Settings } from '#core/types.ts';

/** The agent that an item gets: its own wish, else the repository's; undefined leaves it to the operator's default. */
export const agentOf = (item: Item, settings: Settings): string | undefined => item.text.agent.agent ?? settings.agent;

/** The model for the item: its own wish, else by kind of work; undefined leaves it to the agent's configuration. */
export const modelOf = (item: Item, settings: Settings): string | undefined =>
  item.text.agent.model ?? settings.modelByKind[item.text.agent.kind ?? 'implement'];
