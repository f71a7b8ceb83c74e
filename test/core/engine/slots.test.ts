import { describe, expect, it } from 'vitest';
import { createSlots } from '#engine/slots.ts';

describe('places for agents', () => {
  it('gives as many as there are, and the next when one is given back', async () => {
    const slots = createSlots(2);
    const first = await slots.take(0);
    expect(await slots.take(0)).toBeDefined();
    const third = slots.take(60_000);
    first?.();
    expect(await third).toBeDefined();
  });

  it('says so when none comes free in time', async () => {
    const slots = createSlots(1);
    await slots.take(0);
    expect(await slots.take(5)).toBeUndefined();
  });

  it('counts a place that is given back twice once', async () => {
    const slots = createSlots(1);
    const release = await slots.take(0);
    release?.();
    release?.();
    await slots.take(0);
    expect(await slots.take(5)).toBeUndefined();
  });

  it('serves in order of asking', async () => {
    const slots = createSlots(1);
    const release = await slots.take(0);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      const mine = await slots.take(60_000);
      order.push(number);
      mine?.();
    });
    release?.();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });
});
