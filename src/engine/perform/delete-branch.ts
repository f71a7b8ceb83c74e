import type { Effect, Plan } from '#core/types.ts';
import { openPullOf } from '#engine/perform/propose.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type Delete = Extract<Effect, { readonly kind: 'delete-branch' }>;

/** How long to wait for GitHub to close a pull request whose commits are merged, milliseconds. */
const UNTIL_CLOSED = 5_000;

/** GitHub closes pull requests whose commits landed within moments; after so long one that is still open is closed by its branch, milliseconds. */
const NOT_BY_ITSELF = 60_000;

/**
 * Deletes a branch that the app made, once its pull request is closed: deleting the head of an open one closes it, which
 * is right only for work that landed and that GitHub did not notice. A branch that somebody moved since stays; so does
 * one whose item is worked on again.
 */
export const deleteBranch = async (
  ports: Ports,
  job: Outboxed,
  effect: Delete,
): Promise<undefined | { readonly later: number }> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  const item = plan?.items.find((other) => other.branch === effect.branch);
  if (plan === undefined || (item !== undefined && item.state.name !== 'merged')) return undefined;
  const waits = item === undefined || sinceLanded(ports, plan) < NOT_BY_ITSELF;
  if (waits && (await openPullOf(ports, plan, effect.branch)) !== undefined) return { later: UNTIL_CLOSED };
  await ports.git.deleteBranch(job.repository, effect.branch, effect.expected);
  return undefined;
};

/** Milliseconds since the plan landed; 0 while it has not. */
const sinceLanded = (ports: Ports, { state }: Plan): number =>
  state.name === 'landed' ? Date.parse(ports.clock.now()) - Date.parse(state.at) : 0;
