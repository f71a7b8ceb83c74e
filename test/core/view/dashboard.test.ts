import { describe, expect, test } from 'vitest';
import type { ItemState, Plan } from '#core/types.ts';
import { dashboard } from '#core/view/dashboard.ts';
import { planOf } from '../../adapters/web/plan.ts';

const cancelled: Plan['state'] = { name: 'cancelled', by: 'ann', why: 'not needed', at: '2026-01-01T00:00:00.000Z' };

describe('plans as the dashboard shows them', () => {
  test('what is at work stands first, then by repository, the newest issue first', () => {
    const plans = [
      { ...planOf('Old', [], 3), state: cancelled },
      planOf('First', [], 4),
      planOf('Second', [], 9),
      { ...planOf('Elsewhere', [], 20), repository: { installation: 1, id: 2, owner: 'acme', name: 'api' } },
    ];
    expect(dashboard(plans).map(({ title }) => title)).toEqual(['Elsewhere', 'Second', 'First', 'Old']);
  });

  test('totals count what needs nothing more, and costs only where agents told them', () => {
    const states: ItemState[] = [{ name: 'ready' }, { name: 'skipped', because: 10 }];
    const plan = planOf('Checkout', states);
    expect(dashboard([plan])[0]).toMatchObject({ done: 0, total: 2 });
    expect(dashboard([plan])[0]).not.toHaveProperty('cost');
    const paid = { ...plan, items: plan.items.map((item) => ({ ...item, cost: 0.25 })) };
    expect(dashboard([paid])[0]).toMatchObject({ cost: 0.5 });
  });

  test('reasons are plain text, without the marks that GitHub needs', () => {
    const plan = planOf('Checkout', [{ name: 'cancelled', by: 'ann_b', why: 'see #4 *now*' }]);
    expect(dashboard([plan])[0]?.items[0]?.why).toBe('see #4 *now*, by ann_b');
  });
});
