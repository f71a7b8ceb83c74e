import type { Plan, Sha, Work } from '#core/types.ts';
import { isItemCommit } from '#core/words/names.ts';
import type { Ports } from '#engine/ports.ts';

/** Did the app itself bring a sequential member on top of what landed with this commit? Its push may be heard of before its word. */
export const isOwnRebase = async (ports: Ports, plan: Plan, work: Work, head: Sha): Promise<boolean> => {
  if (plan.settings.strategy !== 'sequential' || head === work.head) return false;
  const [parents, message] = await Promise.all([
    ports.git.parents(plan.repository, head),
    ports.git.message(plan.repository, head),
  ]);
  return parents.length === 2 && parents[1] === work.head && isItemCommit(plan.id, message);
};
