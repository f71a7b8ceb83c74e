import type { Sha } from '#core/types.ts';
import { stillWanted } from '#engine/attempt/fence.ts';
import { step } from '#engine/attempt/step.ts';
import type { Built } from '#engine/attempt/verify-commit.ts';
import type { Ending, Running } from '#engine/attempt.ts';

/** Pushes the commit to the item's branch, if the attempt is still wanted and nobody moved the branch meanwhile. */
export const publish = async (running: Running, built: Built, expected: Sha | undefined): Promise<Ending> => {
  const { ports, plan, item, attempt, claim } = running;
  const { work } = built;
  await step(running, 'publish');
  running.signal.throwIfAborted();
  if (!(await stillWanted(ports, plan.id, { item: item.issue, attempt, claim })))
    throw new Error('The attempt is no longer wanted.');
  const pushed = await ports.git.push(plan.repository, item.branch, work.head, expected, running.signal);
  return pushed.kind === 'moved' ? { kind: 'moved', work, found: pushed.found ?? 'deleted' } : { kind: 'work', work };
};
