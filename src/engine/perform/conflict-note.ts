import { pullOf } from '#core/forecast/member.ts';
import { opponents } from '#core/forecast/opponents.ts';
import type { Effect } from '#core/types.ts';
import { conflictNoteText } from '#core/words/forecast.ts';
import { sticky } from '#engine/perform/sticky.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type Note = Extract<Effect, { readonly kind: 'conflict-note' }>;

/**
 * Says on a member's pull request with whom it will not merge: one comment, edited when that changes. A pull request that
 * never had a conflict gets none.
 */
export const conflictNote = async (
  ports: Ports,
  job: Outboxed,
  effect: Note,
): Promise<undefined | { readonly later: number }> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  const item = plan?.items.find((one) => one.issue === effect.item);
  const pull = item === undefined ? undefined : pullOf(item);
  if (plan === undefined || pull === undefined) return undefined;
  const told = (await ports.store.recall(`comment-${plan.repository.id}-${pull}`)) !== undefined;
  if (!told && opponents(plan, effect.item).length === 0) return undefined;
  return sticky(ports, plan, pull, conflictNoteText(plan, effect.item), {
    throttled: false,
    effect: effect.name,
  });
};
