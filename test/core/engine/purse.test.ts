import { describe, expect, it } from 'vitest';
import { NO_TOKENS } from '#core/spend/tokens.ts';
import type { Ask, Usage } from '#engine/ports.ts';
import { openPurse } from '#engine/spend/purse.ts';
import { aPayer, memoryLedger, someBudgets } from '../../services/ledger.ts';

const MODEL = 'claude-sonnet-4-5';

/** Output of Sonnet 4.5 for so many dollars. */
const worth = (dollars: number): Usage => ({
  model: MODEL,
  tokens: { ...NO_TOKENS, output: Math.round((dollars / 15) * 1_000_000) },
  estimated: false,
});

/** A request whose answer may cost so many dollars, and whose prompt nothing. */
const ask = (request: string, dollars: number | undefined, model = MODEL): Ask => ({
  request,
  model,
  input: 0,
  output: dollars === undefined ? undefined : Math.round((dollars / 15) * 1_000_000),
});
const GO = { kind: 'go', output: undefined };

describe('a purse', () => {
  it('knows after a crash what its attempt, item and plan had spent before it', async () => {
    const { cashier } = memoryLedger();
    const before = openPurse(cashier, aPayer(), someBudgets());
    await before.record('r1', worth(0.6));
    const after = openPurse(cashier, aPayer(), someBudgets({ attempt: 0.6 }));
    expect(await after.admit(ask('a', 0.1))).toEqual({ kind: 'spent', budget: { of: 'attempt', dollars: 0.6 } });
    const next = openPurse(cashier, aPayer({ attempt: 2 }), someBudgets({ attempt: 0.6, item: 1 }));
    expect(await next.admit(ask('r2', 0.1))).toEqual(GO);
    await next.record('r2', worth(0.4));
    expect(await next.admit(ask('b', 0.1))).toEqual({ kind: 'spent', budget: { of: 'item', dollars: 1 } });
    expect(next.total().cost).toBeCloseTo(0.4, 4);
    expect(after.total().cost).toBeCloseTo(0.6, 4);
    const sibling = openPurse(cashier, aPayer({ item: 4 }), someBudgets({ item: 1, plan: 1 }));
    expect(await sibling.admit(ask('c', 0.1))).toEqual({ kind: 'spent', budget: { of: 'plan', dollars: 1 } });
    const other = openPurse(cashier, aPayer({ plan: '7-20' }), someBudgets({ item: 1, plan: 1 }));
    expect(await other.admit(ask('d', 0.1))).toEqual(GO);
  });

  it('sets aside what a request can cost, so that others wait for what they share with it', async () => {
    const { cashier, holds } = memoryLedger();
    const budgets = someBudgets({ plan: 1, item: 0.7 });
    const [one, two] = [openPurse(cashier, aPayer(), budgets), openPurse(cashier, aPayer({ item: 4 }), budgets)];
    expect(await one.admit(ask('r1', 0.65))).toEqual(GO);
    // Enough to get on with is left: a shorter answer of the other.
    expect(await two.admit(ask('r2', 0.5))).toEqual({ kind: 'go', output: 23_333 });
    expect(await two.admit(ask('r3', 0.5))).toEqual({ kind: 'busy', own: true });
    const third = openPurse(cashier, aPayer({ item: 5 }), budgets);
    expect(await third.admit(ask('r4', 0.5))).toEqual({ kind: 'busy', own: false });
    expect([...holds.keys()]).toEqual(['r1', 'r2']);
    // What it has set aside is its own; beyond it nothing is left.
    expect(await one.running('r1', worth(0.6))).toBeUndefined();
    expect(await one.running('r1', worth(0.69))).toEqual({ of: 'plan', dollars: 1 });
    await one.record('r1', worth(0.2));
    expect(await two.running('r2', worth(0.65))).toBeUndefined();
    expect(await two.running('r2', worth(0.75))).toEqual({ of: 'item', dollars: 0.7 });
    await two.release('r2');
    expect(await two.admit(ask('r3', 0.5))).toEqual(GO);
  });

  it('says how long an answer the nearest budget still pays for', async () => {
    const { cashier } = memoryLedger();
    const purse = openPurse(cashier, aPayer(), someBudgets({ attempt: 1, item: 0.3, tokens: 5_000 }));
    await purse.record('r1', worth(0.15));
    expect(await purse.admit(ask('r2', 0.9))).toEqual({ kind: 'go', output: 10_000 });
    await purse.release('r2');
    expect(await purse.admit(ask('r3', undefined))).toEqual({ kind: 'go', output: 10_000 });
    expect(await purse.admit(ask('r4', undefined, 'homegrown'))).toEqual({ kind: 'go', output: 5_000 });
  });

  it('spends anew on the next day', async () => {
    let now = '2025-11-30T23:59:00.000Z';
    const { cashier } = memoryLedger(() => now);
    const purse = openPurse(cashier, aPayer(), someBudgets({ day: 1 }));
    await purse.record('r1', worth(1));
    expect(await purse.admit(ask('r2', 0.1))).toEqual({ kind: 'spent', budget: { of: 'day', dollars: 1 } });
    now = '2025-12-01T00:00:00.000Z';
    expect(await purse.admit(ask('r3', 0.1))).toEqual(GO);
    await openPurse(cashier, aPayer({ item: 4 }), someBudgets()).record('r4', worth(0.9));
    expect(await purse.running('r3', worth(0.2))).toEqual({ of: 'day', dollars: 1 });
    now = '2025-12-02T00:00:00.000Z';
    expect(await purse.running('r3', worth(0.2))).toBeUndefined();
    expect(await purse.running('r3', worth(1.1))).toEqual({ of: 'day', dollars: 1 });
  });

  it('caps a model without a price by tokens, of all that its attempt has under way, and tells no cost for it', async () => {
    const { cashier, rows, holds } = memoryLedger();
    const purse = openPurse(cashier, aPayer(), someBudgets({ tokens: 1_000 }));
    const used = (output: number): Usage => ({
      model: 'homegrown',
      tokens: { ...NO_TOKENS, output },
      estimated: false,
    });
    const request = (name: string, output: number): Ask => ({ request: name, model: 'homegrown', input: 0, output });
    expect(await purse.admit(request('r1', 700))).toEqual(GO);
    expect(await purse.admit(request('r2', 700))).toEqual({ kind: 'busy', own: true });
    expect(await purse.running('r1', used(1_000))).toBeUndefined();
    expect(await purse.running('r1', used(1_001))).toEqual({ of: 'tokens', tokens: 1_000, model: 'homegrown' });
    await purse.record('r1', used(600));
    expect(await purse.admit(request('r2', 700))).toEqual({ kind: 'go', output: 400 });
    expect(await purse.running('r2', used(401))).toMatchObject({ of: 'tokens' });
    await purse.record('r2', used(400));
    expect(await purse.admit(request('r3', 1))).toMatchObject({ kind: 'spent', budget: { of: 'tokens' } });
    expect(rows[0]).not.toHaveProperty('dollars');
    expect(purse.total()).toEqual({});
    expect(holds.size).toBe(0);
  });

  it('makes everybody wait once a provider refused one of them', async () => {
    const { cashier, holds } = memoryLedger();
    const [one, two] = [
      openPurse(cashier, aPayer(), someBudgets()),
      openPurse(cashier, aPayer({ plan: '8-1' }), someBudgets()),
    ];
    await one.limited({ provider: 'openai', status: 429, wait: 60_000, sent: new Date().toISOString() });
    expect(await two.admit(ask('r1', 0.1))).toEqual({ kind: 'wait', until: expect.stringMatching(/^\d{4}-/) });
    expect(holds.size).toBe(0);
  });

  it('lets the longest of pauses stand that providers ask for at the same time', async () => {
    const { cashier, pause } = memoryLedger();
    const from = Date.now();
    const sent = new Date(from).toISOString();
    const waits = [5_000, 90_000, undefined, 1_000];
    await Promise.all(
      waits.map((wait, at) =>
        openPurse(cashier, aPayer({ item: at }), someBudgets()).limited({
          provider: `p${at}`,
          status: 429,
          wait,
          sent,
        }),
      ),
    );
    expect(pause()).toMatchObject({ provider: 'p1' });
    expect(Date.parse(pause()?.until ?? '') - from).toBeGreaterThanOrEqual(90_000);
  });

  it('is asked by many at once, and never lets them set aside more than there is', async () => {
    const { cashier, holds } = memoryLedger();
    const purses = Array.from({ length: 20 }, (_, item) =>
      openPurse(cashier, aPayer({ item }), someBudgets({ plan: 1 })),
    );
    const answers = await Promise.all(purses.map((purse, index) => purse.admit(ask(`r${index}`, 0.3))));
    expect(answers.filter(({ kind }) => kind === 'go')).toHaveLength(holds.size);
    expect(answers.filter(({ kind }) => kind === 'busy')).toHaveLength(20 - holds.size);
    const aside = [...holds.values()].reduce((sum, { dollars }) => sum + dollars, 0);
    expect(aside).toBeLessThanOrEqual(1 + 1e-9);
    expect(holds.size).toBeGreaterThanOrEqual(3);
  });
});
