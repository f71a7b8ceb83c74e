import { cycles } from '#core/graph/cycles.ts';
import { graphOf } from '#core/graph/graph.ts';
import type { PlanProblem } from '#core/types.ts';
import type { Agreements } from './agreements.ts';
import type { CheckableItem } from './input.ts';
import { planProblem } from './problem.ts';

/** Items that consume from each other in a circle: none can be proven without the next. */
export const contractCycles = (items: readonly CheckableItem[], agreed: Agreements): readonly PlanProblem[] => {
  const uses = new Map<number, Map<number, number>>(items.map(({ issue }) => [issue, new Map()]));
  for (const { issue, line } of agreed.consumed) {
    for (const provider of agreed.providersOf(line)) {
      const mine = uses.get(issue);
      if (provider.issue !== issue && mine !== undefined && !mine.has(provider.issue))
        mine.set(provider.issue, line.line);
    }
  }
  const graph = graphOf([...uses].map(([issue, from]) => ({ issue, dependsOn: [...from.keys()] })));
  return cycles(graph).map(({ circle }) => {
    const next = (at: number): number => circle[(at + 1) % circle.length] ?? 0;
    const round = [...circle, circle[0] ?? 0].map((issue) => `#${issue}`).join(' → ');
    return planProblem(
      'contract-cycle',
      circle.map((issue, at) => ({ issue, line: uses.get(issue)?.get(next(at)) })),
      `These items consume from each other in a circle: ${round}.`,
      'Extract the interface into a file contract of the plan first, so that each is built against it and not against the other.',
    );
  });
};
