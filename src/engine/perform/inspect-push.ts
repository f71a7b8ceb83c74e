import type { Effect } from '#core/types.ts';
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
  const changes = await ports.git.changes(plan.repository, item.state.work.base, effect.head);
  const { refused } = await judge(ports, plan, item, {
    from: item.state.work.base,
    to: effect.head,
    changes,
    unstorable: [],
  });
  await turn(ports, plan.id, {
    kind: 'pushed-by-person',
    id: `${effect.name}-done`,
    at: ports.clock.now(),
    item: item.issue,
    head: effect.head,
    refused,
    changes,
  });
};
