import type { Item, Plan, Role } from '#core/types.ts';

/** The role that an item asks for; undefined when it asks for none. */
export const roleOf = (plan: Plan, item: Item): Role | undefined =>
  plan.roles?.find((role) => role.name === item.text.agent.role);
