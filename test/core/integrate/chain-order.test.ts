import { describe, expect, it } from 'vitest';
import { comesAfter, dependencyOrder } from '#core/integrate/chain-order.ts';

const members = (after: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(after).map(([name, needs]) => ({ name, after: needs }));

describe('the order of a chain', () => {
  it('is the given one, but that nobody comes before one that it comes after', () => {
    const ordered = dependencyOrder(members({ d: ['b', 'c'], a: [], c: ['b'], b: [], e: ['unknown'] }));
    expect('order' in ordered && ordered.order.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('names one circle, first to last', () => {
    expect(dependencyOrder(members({ a: ['b'], b: ['c'], c: ['b'], d: [] }))).toEqual({ circle: ['b', 'c', 'b'] });
  });

  it('knows what a member comes after, also through others and around a circle', () => {
    const all = members({ a: ['b'], b: ['c', 'x'], c: ['a'], d: [] });
    const [a] = all;
    expect(a && [...comesAfter(all, a)].sort()).toEqual(['a', 'b', 'c', 'x']);
  });
});
