import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath } from '#core/graph/critical-path.ts';
import { cycles } from '#core/graph/cycles.ts';
import { type Dependencies, graphOf } from '#core/graph/graph.ts';
import { mergeOrder } from '#core/graph/merge-order.ts';
import { order } from '#core/graph/order.ts';
import { reaches } from '#core/graph/reaches.ts';
import { waves } from '#core/graph/waves.ts';
import { worked } from '../../services/worked.ts';

const graph = (text: string) =>
  graphOf(
    text.split(' ').map((item) => ({
      issue: Number(item.split('<')[0]),
      dependsOn: (item.split('<')[1] ?? '')
        .split(',')
        .filter((part) => part !== '')
        .map(Number),
    })),
  );

/** Small random plans, cycles and self-dependencies included. */
const plans: fc.Arbitrary<Dependencies> = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc
    .array(fc.subarray(Array.from({ length: size }, (_, at) => at + 1)), { minLength: size, maxLength: size })
    .map((all) =>
      all.map((dependsOn, at) => ({
        issue: at + 1,
        dependsOn: dependsOn.filter((other) => (other * 7 + at) % 3 !== 0),
      })),
    ),
);

/** Every chain of dependencies, first to last, found by trying: the oracle. */
const chains = (plan: Dependencies, allowed: ReadonlySet<number>): number[][] => {
  const found: number[][] = [];
  const walk = (chain: number[]): void => {
    found.push(chain);
    for (const { issue, dependsOn } of plan)
      if (allowed.has(issue) && issue !== chain.at(-1) && dependsOn.includes(chain.at(-1) ?? 0))
        walk([...chain, issue]);
  };
  for (const { issue } of plan) if (allowed.has(issue)) walk([issue]);
  return found;
};

const depends = (plan: Dependencies, from: number, to: number, seen = new Set<number>()): boolean => {
  const next = (plan.find(({ issue }) => issue === from)?.dependsOn ?? []).filter((other) => other !== from);
  return next.some((other) => other === to || (!seen.has(other) && depends(plan, other, to, seen.add(other))));
};

const free = (plan: Dependencies): Set<number> => {
  const inCycle = plan.filter(({ issue }) => depends(plan, issue, issue)).map(({ issue }) => issue);
  return new Set(
    plan
      .map(({ issue }) => issue)
      .filter((issue) => !inCycle.includes(issue) && !inCycle.some((other) => depends(plan, issue, other))),
  );
};

describe('the shape of a plan', () => {
  it('is waves that ascend, each after what it depends on', () => {
    expect(waves(graph('4<1,2,3 3 1 2'))).toEqual([[1, 2, 3], [4]]);
    expect(waves(graph('1 2<1 3<2 4<1,2,3'))).toEqual([[1], [2], [3], [4]]);
  });

  it('leaves out what is in a cycle or behind one, but not what depends on itself', () => {
    expect(order(graph('1 2<3 3<2 4<3 5<5'))).toEqual({
      waves: [[1, 5]],
      mergeOrder: [1, 5],
      criticalPath: [1],
      parallelism: 2,
    });
    expect(order(graph('1<2 2<1'))).toEqual({ waves: [], mergeOrder: [], criticalPath: [], parallelism: 0 });
  });

  it('merges the smallest number whose dependencies are placed, those of Merge order first', () => {
    expect(mergeOrder(graph('1<5 2 3 5'))).toEqual([2, 3, 5, 1]);
    expect(mergeOrder(graph('1<5 2 3 5'), [3, 1])).toEqual([3, 2, 5, 1]);
    expect(mergeOrder(graph('1<5 2 3 5'), [1, 5])).toEqual([5, 1, 2, 3]);
    expect(mergeOrder(graph('10 2 1'), [10])).toEqual([10, 1, 2]);
  });

  it('has the longest chain, the smallest number by number among equals, or the heaviest', () => {
    expect(criticalPath(graph('1 2 3<2 4<1 5<3,4'))).toEqual([1, 4, 5]);
    expect(criticalPath(graph('1 2<1 3<2 4'))).toEqual([1, 2, 3]);
    expect(criticalPath(graph('1 2<1 3<2 4'), (issue) => (issue === 4 ? 90 : 30.5))).toEqual([1, 2, 3]);
    expect(criticalPath(graph('1 2<1 3<2 4'), (issue) => (issue === 4 ? 92 : 30))).toEqual([4]);
  });

  it('does not round its parallelism', () => {
    expect(order(graph('1 2 3<2 4')).parallelism).toBe(2);
    expect(order(graph('1 2<1 3<2 4')).parallelism).toBe(4 / 3);
  });

  it('tells each entangled group once, with a circle from its smallest number', () => {
    expect(cycles(graph('1<3 2<1 3<2 4<5 5<4 6<1'))).toEqual([
      { group: [1, 2, 3], circle: [1, 3, 2] },
      { group: [4, 5], circle: [4, 5] },
    ]);
    expect(cycles(graph('1<2,3 2<1 3<1'))).toEqual([{ group: [1, 2, 3], circle: [1, 2] }]);
  });

  it('agrees with trying everything, on random plans', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 5 }), (plan, wished) => {
        const made = graphOf(plan);
        const allowed = free(plan);
        const { waves: levels, mergeOrder: merged, criticalPath: longest } = order(made, wished);
        const all = chains(plan, allowed);
        const most = Math.max(0, ...all.map((chain) => chain.length));
        const best = all
          .filter((chain) => chain.length === most)
          .sort(
            (a, b) =>
              a.findIndex((issue, at) => issue < (b[at] ?? 0)) - b.findIndex((issue, at) => issue < (a[at] ?? 0)),
          );
        expect(new Set(merged)).toEqual(allowed);
        for (const issue of allowed)
          expect(levels.findIndex((level) => level.includes(issue))).toBe(
            Math.max(...all.filter((chain) => chain.at(-1) === issue).map((chain) => chain.length)) - 1,
          );
        expect(longest.length).toBe(most);
        if (most > 0) expect(best.some((chain) => chain.join() === longest.join())).toBe(true);
        for (const chain of all.filter((other) => other.length === most))
          expect(firstDifference(longest, chain)).toBeLessThanOrEqual(0);
        const reach = reaches(made);
        for (const { issue: a } of plan)
          for (const { issue: b } of plan) expect(reach(a, b), `${a} on ${b}`).toBe(depends(plan, a, b));
        const entangled = new Set(cycles(made).flatMap(({ group }) => group));
        expect(entangled).toEqual(
          new Set(plan.filter(({ issue }) => depends(plan, issue, issue)).map(({ issue }) => issue)),
        );
        for (const { circle } of cycles(made))
          circle.forEach((issue, at) => expect(made.before.get(issue)).toContain(circle[(at + 1) % circle.length]));
        const placed = new Set<number>();
        for (const issue of merged) {
          const ready = [...allowed].filter(
            (other) => !placed.has(other) && (made.before.get(other) ?? []).every((before) => placed.has(before)),
          );
          const rank = (other: number) => (wished.includes(other) ? wished.indexOf(other) : 1000 + other);
          expect(issue).toBe(ready.sort((a, b) => rank(a) - rank(b))[0]);
          placed.add(issue);
        }
      }),
      { numRuns: Number(process.env['FORKJOIN_RUNS'] ?? 1500) },
    );
  });

  it('is found at once for 3,000 items in a chain, and for any pair of them', () => {
    const made = graphOf(Array.from({ length: 3000 }, (_, at) => ({ issue: at + 1, dependsOn: [at, at - 1] })));
    const begun = worked();
    expect(order(made).criticalPath).toHaveLength(3000);
    expect(cycles(made)).toEqual([]);
    const reach = reaches(made);
    let count = 0;
    for (let a = 1; a <= 3000; a += 1) for (let b = 1; b <= 3000; b += 1) if (reach(a, b)) count += 1;
    expect(count).toBe((3000 * 2999) / 2);
    expect(begun()).toBeLessThan(3000);
  });
});

const firstDifference = (one: readonly number[], other: readonly number[]): number => {
  const at = one.findIndex((issue, place) => issue !== other[place]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
};
