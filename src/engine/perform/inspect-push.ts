import type { Change, Effect, Plan, Sha } from '#core/types.ts';
import { pullBase } from '#core/words/names.ts';
import { judge } from '#engine/guard.ts';
import { isOwnRebase } from '#engine/integrate/own-rebase.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Inspect = Extract<Effect, { readonly kind: 'inspect-push' }>;

/** Guards what a person pushed to an item's branch, against the same scope as the agent's work. */
export const inspectPush = async (ports: Ports, job: Outboxed, effect: Inspect): Promise<void> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  const item = plan?.items.find((other) => other.issue === effect.item);
  if (plan === undefined || item === undefined || !('work' in item.state)) return;
  await ports.git.fetch(plan.repository);
  if ((await ports.git.head(plan.repository, item.branch)) !== effect.head) return;
  if (await isOwnRebase(ports, plan, item.state.work, effect.head)) return;
  const { base, changes } = await ownChanges(ports, plan, item.state.work.base, effect.head);
  const { refused } = await judge(ports, plan, item, { from: base, to: effect.head, changes, unstorable: [] });
  await turn(ports, plan.id, {
    kind: 'pushed-by-person',
    id: `${effect.name}-done`,
    at: ports.clock.now(),
    item: item.issue,
    head: effect.head,
    base,
    refused,
    changes,
  });
};

/**
 * What a head changes by itself. People bring their branches up to date: what they merged in from the branch that the
 * pull request leads to is not theirs, and was guarded there.
 */
const ownChanges = async (
  ports: Ports,
  plan: Plan,
  base: Sha,
  head: Sha,
): Promise<{ readonly base: Sha; readonly changes: readonly Change[] }> => {
  const { git } = ports;
  const changes = await git.changes(plan.repository, base, head);
  const target = await git.head(plan.repository, pullBase(plan));
  const met = target === undefined ? undefined : await (await git.objects(plan.repository)).mergeBase(target, head);
  if (met === undefined || (await git.isAncestor(plan.repository, met, base))) return { base, changes };
  const since = new Set((await git.changes(plan.repository, met, head)).map((change) => change.path));
  return { base: met, changes: changes.filter((change) => since.has(change.path)) };
};
