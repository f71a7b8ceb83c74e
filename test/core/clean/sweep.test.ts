import { describe, expect, it } from 'vitest';
import { leftCheckpoints, leftConversations } from '#core/clean/sweep.ts';
import { goesOnFromCheckpoint } from '#core/dispatch/retry.ts';
import type { Plan } from '#core/types.ts';
import { planOf } from '../../adapters/web/plan.ts';

const at = '2026-01-01T00:00:00.000Z';
const running = { name: 'running', attempt: 1, claim: 'c', step: 'implement', startedAt: at } as const;
const open = planOf('Open', [running, { name: 'ready' }], 4);
const over = {
  ...planOf(
    'Over',
    open.items.map(({ state }) => state),
    9,
  ),
  state: { name: 'cancelled', by: 'ann', why: '', at },
} satisfies Plan;

/** What every item of the plans has, and one of a plan that nobody knows. */
const kept = [
  ...[open, over].flatMap((plan) => plan.items.map(({ issue: item }) => ({ plan: plan.id, item }))),
  { plan: '1-9999', item: 3 },
];

describe('what is kept of a plan on a machine', () => {
  it('goes with the attempt that could go on from it, or with its plan', () => {
    const left = leftCheckpoints(kept, [open, over], goesOnFromCheckpoint);
    expect(left).toEqual(kept.slice(1));
    expect(leftCheckpoints([{ plan: open.id, item: 9_999 }], [open], goesOnFromCheckpoint)).toHaveLength(1);
  });

  it('of conversations stays as long as its plan, since a member may be asked to fix its work', () => {
    expect(leftConversations(kept, [open, over])).toEqual(kept.filter(({ plan }) => plan === over.id));
  });
});
