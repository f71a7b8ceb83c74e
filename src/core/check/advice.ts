import type { Graph } from '#core/graph/graph.ts';
import type { Order, PlanProblem } from '#core/types.ts';
import type { CheckableItem, CheckablePlan } from './input.ts';
import { planProblem } from './problem.ts';

/** Below this, splitting costs more than it gives. */
const LEAST_PARALLELISM = 1.5;
const FEWEST_ITEMS = 3;

/** When a plan had better not be split so, or not at all. A plan of one gets none. */
export const advice = (
  items: readonly CheckableItem[],
  plan: CheckablePlan | undefined,
  order: Order,
  graph: Graph,
  dependsOn: (a: number, b: number) => boolean,
): readonly PlanProblem[] => {
  if (items.length < 2) return [];
  const places = plan === undefined ? items.map(({ issue }) => ({ issue })) : [{ issue: plan.issue }];
  const found: PlanProblem[] = [];
  if (order.parallelism < LEAST_PARALLELISM) {
    found.push(
      planProblem(
        'plan-sequential',
        places,
        `${sequence(order)}, a parallelism of ${order.parallelism.toFixed(2)}: splitting costs more than it gives.`,
        'Put the items together, or commit what they share first, as a file contract of the plan, so that they need not wait for one another.',
      ),
    );
  }
  if (items.length < FEWEST_ITEMS) {
    found.push(
      planProblem(
        'plan-small',
        places,
        `A plan of ${items.length} items seldom repays what coordination costs.`,
        'Put them together as one item, unless each takes half an hour or more.',
      ),
    );
  }
  if (items.length >= FEWEST_ITEMS && (plan?.commands.length ?? 0) === 0 && !hasLast(items, graph, dependsOn)) {
    found.push(
      planProblem(
        'plan-no-integration',
        places,
        'No item depends on all others, and the plan has no Verification: nothing proves that the parts work together.',
        '### Verification\n\n```sh\nnpm test\n```',
      ),
    );
  }
  const contracts = sum(items.map((item) => item.weight?.contracts ?? 0));
  const work = sum(items.map((item) => item.weight?.work ?? 0));
  if (contracts > work) {
    found.push(
      planProblem(
        'plan-heavy-contract',
        places,
        `Contracts and Constraints take ${contracts} characters, Context, Scope and Verification ${work}: when a split needs that much agreement, it may be wrong.`,
        'Divide the work along other boundaries, or put what is tightly coupled into one item.',
      ),
    );
  }
  return found;
};

const sequence = ({ criticalPath, mergeOrder }: Order): string =>
  criticalPath.length === 0
    ? 'No item can start'
    : `${mergeOrder.length} items, and a chain of ${criticalPath.length} among them (${chain(criticalPath)})`;

const chain = (path: readonly number[]): string => {
  const shown =
    path.length > 8
      ? [...path.slice(0, 4).map((issue) => `#${issue}`), '…', `#${path.at(-1) ?? 0}`]
      : path.map((issue) => `#${issue}`);
  return shown.join(' → ');
};

/** Whether something depends on all others: only what nothing depends on can. */
const hasLast = (
  items: readonly CheckableItem[],
  graph: Graph,
  dependsOn: (a: number, b: number) => boolean,
): boolean =>
  items.some(
    ({ issue }) =>
      (graph.before.get(issue)?.length ?? 0) > 0 &&
      items.every((other) => other.issue === issue || dependsOn(issue, other.issue)),
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
