import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_ANSWER, partGrant, wholeGrant } from '#core/spend/grant.ts';

const RATE = { input: 1, output: 10 };
const alone = (room: number) => ({ left: room, free: room });

describe('what is set aside for a request', () => {
  it('is all that it can cost, when there is as much', () => {
    expect(wholeGrant(RATE, { input: 100, output: 50 })).toEqual({ amount: 600, output: undefined });
    expect(wholeGrant(RATE, { input: 100, output: undefined }).amount).toBe(100 + 10 * LONGEST_ANSWER);
    expect(wholeGrant(RATE, { input: 100, output: 1e12 }).amount).toBe(100 + 10 * LONGEST_ANSWER);
  });

  it('is what is left, with an answer that this pays for', () => {
    expect(partGrant(RATE, { input: 100, output: 5_000 }, alone(20_100))).toEqual({ amount: 20_100, output: 2_000 });
    // One that named no length is told one that every model can write.
    expect(partGrant(RATE, { input: 100, output: undefined }, alone(1_000_000))).toEqual({
      amount: 163_940,
      output: 16_384,
    });
  });

  it('is a short answer at least: an estimate of the prompt stops no request while anything is left', () => {
    expect(partGrant(RATE, { input: 50_000, output: 5_000 }, alone(30))).toEqual({ amount: 30, output: 256 });
  });

  it('waits for what others have, unless what they left does', () => {
    expect(partGrant(RATE, { input: 100, output: 5_000 }, { left: 90_000, free: 20_000 })).toBeUndefined();
    expect(partGrant(RATE, { input: 100, output: 32_000 }, { left: 900_000, free: 90_100 })).toEqual({
      amount: 90_100,
      output: 9_000,
    });
    expect(partGrant({ input: 0, output: 0 }, { input: 9, output: 9 }, { left: 1, free: 0.5 })).toMatchObject({
      amount: 0,
    });
  });

  it('never is more than there is room for', () => {
    const amount = fc.nat(2_000_000);
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.option(fc.nat(200_000), { nil: undefined }),
        fc.nat(200_000),
        (one, other, output, input) => {
          const room = { left: Math.max(one, other), free: Math.min(one, other) };
          const grant = partGrant(RATE, { input, output }, room);
          if (grant !== undefined) expect(grant.amount).toBeLessThanOrEqual(room.free);
        },
      ),
    );
  });
});
