import { describe, expect, it } from 'vitest';
import { NO_TOKENS } from '#core/spend/tokens.ts';
import type { Usage } from '#engine/ports.ts';
import { openPurse } from '#engine/spend/purse.ts';
import { createTill } from '#engine/spend/till.ts';
import { aPayer, memoryLedger, someBudgets } from '../../services/ledger.ts';

/** Output of Sonnet 4.5 for so many dollars. */
const worth = (dollars: number, model = 'claude-sonnet-4-5'): Usage => ({
  model,
  tokens: { ...NO_TOKENS, output: Math.round((dollars / 15) * 1_000_000) },
  estimated: false,
});

const MODEL = 'claude-sonnet-4-5';

describe('a purse', () => {
  it('knows after a crash what its attempt, item and plan had spent before it', async () => {
    const { cashier } = memoryLedger();
    const before = openPurse(cashier, aPayer(), someBudgets());
    await before.record('r1', worth(0.6));
    const after = openPurse(cashier, aPayer(), someBudgets({ attempt: 0.6 }));
    expect(await after.admit(MODEL)).toEqual({ kind: 'spent', budget: { of: 'attempt', dollars: 0.6 } });
    const next = openPurse(cashier, aPayer({ attempt: 2 }), someBudgets({ attempt: 0.6, item: 1 }));
    expect(await next.admit(MODEL)).toMatchObject({ kind: 'go' });
    await next.record('r2', worth(0.4));
    expect(await next.admit(MODEL)).toEqual({ kind: 'spent', budget: { of: 'item', dollars: 1 } });
    expect(next.total().cost).toBeCloseTo(0.4, 4);
    const sibling = openPurse(cashier, aPayer({ item: 4 }), someBudgets({ item: 1, plan: 1 }));
    expect(await sibling.admit(MODEL)).toEqual({ kind: 'spent', budget: { of: 'plan', dollars: 1 } });
    const other = openPurse(cashier, aPayer({ plan: '7-20' }), someBudgets({ item: 1, plan: 1 }));
    expect(await other.admit(MODEL)).toMatchObject({ kind: 'go' });
  });

  it('sees what other agents of the worker stream at this moment, each as far as it concerns it', async () => {
    const { cashier } = memoryLedger();
    const budgets = someBudgets({ plan: 1, item: 0.7 });
    const [one, two] = [openPurse(cashier, aPayer(), budgets), openPurse(cashier, aPayer({ item: 4 }), budgets)];
    await Promise.all([one.admit(MODEL), two.admit(MODEL)]);
    expect(one.running('r1', worth(0.6))).toBeUndefined();
    expect(two.running('r2', worth(0.3))).toBeUndefined();
    expect(two.running('r2', worth(0.5))).toEqual({ of: 'plan', dollars: 1 });
    expect(one.running('r1', worth(0.8))).toEqual({ of: 'item', dollars: 0.7 });
    await one.record('r1', worth(0.55));
    // What is written by now counts as well, before the next look into the ledger and after it.
    expect(two.running('r2', worth(0.5))).toEqual({ of: 'plan', dollars: 1 });
    expect(two.running('r2', worth(0.4))).toBeUndefined();
    await two.admit(MODEL);
    expect(two.running('r2', worth(0.5))).toEqual({ of: 'plan', dollars: 1 });
    expect(two.running('r2', worth(0.4))).toBeUndefined();
  });

  it('says how long an answer the nearest budget still pays for', async () => {
    const { cashier } = memoryLedger();
    const purse = openPurse(cashier, aPayer(), someBudgets({ attempt: 1, item: 0.3, tokens: 5_000 }));
    await purse.record('r1', worth(0.15));
    expect(await purse.admit(MODEL)).toEqual({ kind: 'go', output: 10_000 });
    expect(await purse.admit('homegrown')).toEqual({ kind: 'go', output: 5_000 });
  });

  it('sees all that one attempt streams at the same time', async () => {
    const { cashier } = memoryLedger();
    const purse = openPurse(cashier, aPayer(), someBudgets({ attempt: 1 }));
    await purse.admit(MODEL);
    expect(purse.running('r1', worth(0.6))).toBeUndefined();
    expect(purse.running('r2', worth(0.6))).toEqual({ of: 'attempt', dollars: 1 });
  });

  it('spends anew on the next day', async () => {
    let now = '2025-11-30T23:59:00.000Z';
    const { cashier } = memoryLedger(() => now);
    const purse = openPurse(cashier, aPayer(), someBudgets({ day: 1 }));
    await purse.record('r1', worth(1));
    expect(await purse.admit(MODEL)).toEqual({ kind: 'spent', budget: { of: 'day', dollars: 1 } });
    now = '2025-12-01T00:00:00.000Z';
    expect(await purse.admit(MODEL)).toMatchObject({ kind: 'go' });

    const elsewhere = openPurse({ ...cashier, till: createTill() }, aPayer({ item: 4 }), someBudgets());
    await elsewhere.record('r2', worth(0.9));
    expect(await purse.admit(MODEL)).toMatchObject({ kind: 'go' });
    expect(purse.running('r3', worth(0.2))).toEqual({ of: 'day', dollars: 1 });
    now = '2025-12-02T00:00:00.000Z';
    expect(purse.running('r3', worth(0.2))).toBeUndefined();
    expect(purse.running('r3', worth(1.1))).toEqual({ of: 'day', dollars: 1 });
  });

  it('caps a model without a price by tokens, also while it streams, and tells no cost for it', async () => {
    const { cashier, rows } = memoryLedger();
    const purse = openPurse(cashier, aPayer(), someBudgets({ tokens: 1_000 }));
    const used = (output: number): Usage => ({
      model: 'homegrown',
      tokens: { ...NO_TOKENS, output },
      estimated: false,
    });
    expect(purse.running('r1', used(1_000))).toBeUndefined();
    expect(purse.running('r1', used(1_001))).toEqual({ of: 'tokens', tokens: 1_000, model: 'homegrown' });
    await purse.record('r1', used(600));
    expect(await purse.admit('homegrown')).toMatchObject({ kind: 'go' });
    expect(purse.running('r2', used(401))).toMatchObject({ of: 'tokens' });
    expect(rows[0]).not.toHaveProperty('dollars');
    expect(purse.total()).toEqual({});
  });

  it('makes everybody wait once a provider refused one of them', async () => {
    const { cashier } = memoryLedger();
    const [one, two] = [
      openPurse(cashier, aPayer(), someBudgets()),
      openPurse(cashier, aPayer({ plan: '8-1' }), someBudgets()),
    ];
    await one.limited({ provider: 'openai', status: 429, wait: 60_000, sent: new Date().toISOString() });
    expect(await two.admit(MODEL)).toEqual({ kind: 'wait', until: expect.stringMatching(/^\d{4}-/) });
  });
});
