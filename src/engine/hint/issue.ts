import type { PlanId, Snapshot } from '#core/types.ts';
import { planId } from '#core/words/names.ts';
import { look } from '#engine/look.ts';
import type { Hint, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type IssueHint = Extract<Hint, { readonly kind: 'issue' }>;

/** The plan that an issue belongs to, as far as one read tells: only who is read together depends on it. */
export const planNumber = async (ports: Ports, hint: IssueHint): Promise<number> =>
  (await ports.github(hint.repository).parent(hint.repository, hint.issue)) ?? hint.issue;

/** Items of other plans may wait for this issue: they are looked at when it is closed. */
export const wakeWaiting = async (ports: Ports, hint: IssueHint): Promise<void> => {
  if (hint.because !== 'issue closed') return;
  const plans = (await ports.store.plans(hint.repository.id)).filter((plan) =>
    plan.items.some(
      ({ state }) => state.name === 'waiting' && Array.isArray(state.on) && state.on.includes(hint.issue),
    ),
  );
  for (const plan of plans.filter((other) => other.items.every((item) => item.issue !== hint.issue)))
    await ports.queues.hint({
      ...hint,
      id: `${hint.id}-${plan.id}`,
      issue: plan.issue,
      because: 'what it waits for was closed',
    });
};

/** Issues of one plan changed: they are read once, and the plan hears what stands there. */
export const issuesChanged = async (ports: Ports, hints: readonly IssueHint[]): Promise<void> => {
  const [first] = hints;
  if (first === undefined) return;
  const labelledBy = new Map(
    hints.flatMap((hint) => (hint.labelledBy === undefined ? [] : [[hint.issue, hint.labelledBy] as const])),
  );
  const snapshot = await look(ports, first.repository, first.issue, { labelledBy });
  if (snapshot === undefined) return;
  const plan = (snapshot.plan ?? snapshot.items[0])?.issue ?? first.issue;
  const left = await whoLeft(ports, planId(first.repository, plan), snapshot);
  const because = [...new Set(hints.map((hint) => hint.because))].join(', ');
  await turn(ports, planId(first.repository, plan), {
    kind: 'seen',
    id: first.id,
    at: ports.clock.now(),
    snapshot,
    because,
  });
  for (const issue of left)
    await ports.queues.hint({ ...first, id: `${first.id}-left-${issue}`, issue, because: 'it left its plan' });
};

/** Items that the plan knows, whose work has not begun, and that are none of it any more: each may be one alone now. */
const whoLeft = async (ports: Ports, plan: PlanId, snapshot: Snapshot): Promise<readonly number[]> => {
  const items = (await ports.store.load(plan))?.plan.items ?? [];
  return items
    .filter((item) => item.state.name === 'draft' || item.state.name === 'ready')
    .map((item) => item.issue)
    .filter((issue) => snapshot.items.every((other) => other.issue !== issue));
};
