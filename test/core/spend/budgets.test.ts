import { describe, expect, it } from 'vitest';
import { spentBudget } from '#core/spend/budgets.ts';

const BUDGETS = { attempt: 1, item: 2, plan: 10, day: 50, tokens: 1_000 };
const NOTHING = { attempt: 0, item: 0, plan: 0, day: 0, tokens: 0 };

describe('budgets', () => {
  it('leave the next request alone while something is left of each', () => {
    expect(spentBudget(BUDGETS, NOTHING, 'm', 'used up')).toBeUndefined();
    expect(
      spentBudget(BUDGETS, { attempt: 0.99, item: 1.99, plan: 9, day: 49, tokens: 999 }, 'm', 'used up'),
    ).toBeUndefined();
  });

  it('name the one that is used up, the nearest first', () => {
    expect(spentBudget(BUDGETS, { ...NOTHING, attempt: 1, item: 5 }, 'm', 'used up')).toEqual({
      of: 'attempt',
      dollars: 1,
    });
    expect(spentBudget(BUDGETS, { ...NOTHING, item: 2 }, 'm', 'used up')).toEqual({ of: 'item', dollars: 2 });
    expect(spentBudget(BUDGETS, { ...NOTHING, plan: 11, day: 60 }, 'm', 'used up')).toEqual({
      of: 'plan',
      dollars: 10,
    });
    expect(spentBudget(BUDGETS, { ...NOTHING, day: 50 }, 'm', 'used up')).toEqual({ of: 'day', dollars: 50 });
    expect(spentBudget(BUDGETS, { ...NOTHING, tokens: 1_000 }, 'm', 'used up')).toEqual({
      of: 'tokens',
      tokens: 1_000,
      model: 'm',
    });
  });

  it('cut an answer only when it uses more than there was', () => {
    expect(spentBudget(BUDGETS, { ...NOTHING, attempt: 1 }, 'm', 'passed')).toBeUndefined();
    expect(spentBudget(BUDGETS, { ...NOTHING, attempt: 1.000001 }, 'm', 'passed')).toEqual({
      of: 'attempt',
      dollars: 1,
    });
  });

  it('that nobody set are never spent', () => {
    const open = { ...BUDGETS, attempt: undefined, item: undefined, plan: undefined };
    expect(spentBudget(open, { ...NOTHING, attempt: 49, item: 49, plan: 49, day: 49 }, 'm', 'used up')).toBeUndefined();
  });
});
