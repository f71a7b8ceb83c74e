import { describe, expect, it } from 'vitest';
import { passedBy, roomIn, type Standing, usedUp } from '#core/spend/budgets.ts';

const LIMITS = { attempt: 1, item: 2, plan: 10, day: 50 };
const none = { spent: 0, held: 0 };
const standing = (more: Partial<Standing> = {}): Standing => ({
  attempt: none,
  item: none,
  plan: none,
  day: none,
  ...more,
});
const spent = (dollars: number) => ({ spent: dollars, held: 0 });

describe('budgets', () => {
  it('leave the next request alone while something is left of each, whatever others have set aside', () => {
    expect(usedUp(LIMITS, standing())).toBeUndefined();
    const nearly = standing({ attempt: spent(0.99), item: { spent: 1.99, held: 0.01 }, plan: spent(9) });
    expect(usedUp(LIMITS, nearly)).toBeUndefined();
  });

  it('name the one that is used up, the nearest first', () => {
    expect(usedUp(LIMITS, standing({ attempt: spent(1), item: spent(5) }))).toEqual({ of: 'attempt', dollars: 1 });
    expect(usedUp(LIMITS, standing({ item: spent(2) }))).toEqual({ of: 'item', dollars: 2 });
    expect(usedUp(LIMITS, standing({ plan: spent(11), day: spent(60) }))).toEqual({ of: 'plan', dollars: 10 });
    expect(usedUp(LIMITS, standing({ day: spent(50) }))).toEqual({ of: 'day', dollars: 50 });
  });

  it('cut an answer only when it uses more than there is beside what others spent and set aside', () => {
    expect(passedBy(LIMITS, standing({ attempt: spent(0.5) }), 0.5)).toBeUndefined();
    expect(passedBy(LIMITS, standing({ attempt: spent(0.5) }), 0.500001)).toEqual({ of: 'attempt', dollars: 1 });
    expect(passedBy(LIMITS, standing({ plan: { spent: 4, held: 5.5 } }), 0.6)).toEqual({ of: 'plan', dollars: 10 });
  });

  it('tell what is left, and how much of it nobody has set aside', () => {
    const now = standing({ attempt: spent(0.25), plan: { spent: 9, held: 0.5 }, day: { spent: 9, held: 8 } });
    expect(roomIn(LIMITS, now)).toEqual({ left: 0.75, free: 0.5 });
  });

  it('that nobody set are never spent', () => {
    const open = { ...LIMITS, attempt: undefined, item: undefined, plan: undefined };
    const much = standing({ attempt: spent(49), item: spent(49), plan: spent(49), day: spent(49) });
    expect(usedUp(open, much)).toBeUndefined();
    expect(roomIn(open, much)).toEqual({ left: 1, free: 1 });
  });
});
