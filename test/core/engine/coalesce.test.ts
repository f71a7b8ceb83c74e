import { describe, expect, it } from 'vitest';
import { coalesce } from '#engine/coalesce.ts';

/** Answers that end when the test says so. */
const answers = () => {
  const begun: { readonly all: readonly number[]; readonly end: () => void; readonly fail: () => void }[] = [];
  const answer = (all: readonly number[]): Promise<void> =>
    new Promise((resolve, reject) => begun.push({ all: [...all], end: resolve, fail: () => reject(new Error('no')) }));
  return { begun, answer };
};

describe('what is asked for together', () => {
  it('answers the first at once, and all who ask meanwhile by one further answer', async () => {
    const { begun, answer } = answers();
    const together = coalesce<number>();
    const first = together('plan', 1, answer);
    const rest = [2, 3, 4].map((asked) => together('plan', asked, answer));
    expect(begun.map(({ all }) => all)).toEqual([[1]]);
    begun[0]?.end();
    await first;
    await expect.poll(() => begun.length).toBe(2);
    expect(begun[1]?.all).toEqual([2, 3, 4]);
    begun[1]?.end();
    await Promise.all(rest);
  });

  it('begins the further answer only when the first has ended, so that it sees what was asked about', async () => {
    const { begun, answer } = answers();
    const together = coalesce<number>();
    const first = together('plan', 1, answer);
    void together('plan', 2, answer);
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toHaveLength(1);
    begun[0]?.end();
    await first;
    await expect.poll(() => begun.length).toBe(2);
  });

  it('never works out two answers at a time, also for who asks just as the first has ended', async () => {
    const { begun, answer } = answers();
    const together = coalesce<number>();
    const first = together('plan', 1, answer);
    const second = together('plan', 2, answer);
    const third = first.then(() => together('plan', 3, answer));
    begun[0]?.end();
    await expect.poll(() => begun.length).toBe(2);
    expect(begun.map(({ all }) => all)).toEqual([[1], [2, 3]]);
    begun[1]?.end();
    await Promise.all([second, third]);
  });

  it('tells a failure to those who asked for it, and goes on with the next', async () => {
    const { begun, answer } = answers();
    const together = coalesce<number>();
    const first = together('plan', 1, answer);
    const second = together('plan', 2, answer);
    begun[0]?.fail();
    await expect(first).rejects.toThrow('no');
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.end();
    await second;
  });

  it('keeps plans apart', () => {
    const { begun, answer } = answers();
    const together = coalesce<number>();
    void together('one', 1, answer);
    void together('other', 2, answer);
    expect(begun.map(({ all }) => all)).toEqual([[1], [2]]);
  });
});
