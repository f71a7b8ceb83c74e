import type { Effect } from '#core/types.ts';
import { openPullOf } from '#engine/perform/propose.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type Delete = Extract<Effect, { readonly kind: 'delete-branch' }>;

/** How long to wait for GitHub to close a pull request whose commits are merged, milliseconds. */
const UNTIL_CLOSED = 5_000;

/**
 * Deletes a branch that the app made, once its pull request is closed: deleting the head of an open one would close it
 * unmerged. A branch that somebody moved since stays; so does one whose item is worked on again.
 */
export const deleteBranch = async (
  ports: Ports,
  job: Outboxed,
  effect: Delete,
): Promise<undefined | { readonly later: number }> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  const item = plan?.items.find((other) => other.branch === effect.branch);
  if (plan === undefined || (item !== undefined && item.state.name !== 'merged')) return undefined;
  if ((await openPullOf(ports, plan, effect.branch)) !== undefined) return { later: UNTIL_CLOSED };
  await ports.git.deleteBranch(job.repository, effect.branch, effect.expected);
  return undefined;
};
