import { pullOf } from '#core/forecast/member.ts';
import { faced, unsure } from '#core/forecast/opponents.ts';
import { type Told, toldNext } from '#core/forecast/told.ts';
import type { Effect, Plan } from '#core/types.ts';
import { conflictNoteOver, conflictNoteText } from '#core/words/forecast.ts';
import { marker } from '#core/words/names.ts';
import { sticky, stickyTarget } from '#engine/perform/sticky.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type Note = Extract<Effect, { readonly kind: 'conflict-note' }>;

/**
 * Says on a member's pull request with whom it will not merge: a comment for what is new, kept up to date until nobody is
 * in the way any more. A pull request that never had a conflict gets none.
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
  const now = faced(plan, effect.item);
  const name = `told-${plan.repository.id}-${pull}`;
  const told = ((await ports.store.recall(name)) as Told | undefined) ?? (await found(ports, plan, pull, now));
  const next = toldNext(told, now, unsure(plan, effect.item));
  if (next === undefined) return undefined;
  // Before it is said: a start that dies in between finds which comment it was about.
  await ports.store.record(name, next);
  const options = { throttled: false, effect: effect.name };
  if (next.over !== undefined) await sticky(ports, plan, pull, conflictNoteOver, { ...options, note: next.over });
  return sticky(ports, plan, pull, conflictNoteText(plan, effect.item), { ...options, note: next.notes });
};

/** What stands there when the ledger knows nothing: our last comment, taken to name those of now. */
const found = async (ports: Ports, plan: Plan, pull: number, now: Told['seen']): Promise<Told | undefined> => {
  let notes = 0;
  for (;;) {
    const target = stickyTarget(pull, notes + 1);
    const sign = marker(plan.id, target, ports.sign(`${plan.id}:${target}`));
    const known = await ports.store.recall(`comment-${plan.repository.id}-${target}`);
    if (known === undefined && Object.keys(now).length === 0) break;
    const there = known ?? (await ports.github(plan.repository).findComment(plan.repository, pull, sign));
    if (there === undefined) break;
    notes += 1;
  }
  return notes === 0 ? undefined : { notes, names: Object.keys(now), seen: now };
};
