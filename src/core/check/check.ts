import { graphOf } from '#core/graph/graph.ts';
import { order } from '#core/graph/order.ts';
import { reaches } from '#core/graph/reaches.ts';
import { isLiteral } from '#core/pattern/pattern.ts';
import type { CheckedItem, Report } from '#core/types.ts';
import { advice } from './advice.ts';
import { agreements } from './agreements.ts';
import { knownTree, treeProblems } from './base-tree.ts';
import { contractCycles } from './contract-cycles.ts';
import { agreementProblems, contractProblems } from './contracts.ts';
import { cycleProblems, dependenciesOf, dependencyProblems } from './dependencies.ts';
import type { CheckInput } from './input.ts';
import { migrationProblems } from './migrations.ts';
import { claimProblems, overlapProblems } from './overlaps.ts';
import { patternProblems, type Rules } from './patterns.ts';
import { planProblems } from './plan-problems.ts';
import { inOrder, inPlanOrder } from './problem.ts';
import { ownedScope } from './scopes.ts';
import { validPatterns } from './valid-patterns.ts';

export type { CheckInput } from './input.ts';

/** Checks items as one plan: everything of spec section 3, and the plan's shape. The same input gives the same report. */
export const check = (input: CheckInput): Report => {
  const items = input.items.toSorted((a, b) => a.issue - b.issue);
  const { plan } = input;
  const inside = new Set(items.map(({ issue }) => issue));
  const graph = graphOf(items.map((item) => ({ issue: item.issue, dependsOn: dependenciesOf(item, input.native) })));
  const dependsOn = reaches(graph);
  const scopes = items.map(ownedScope);
  const agreed = agreements(items, plan);
  const tree = input.tree === undefined ? undefined : knownTree(input.tree);
  const rules = rulesOf(input);
  const claimed = claimProblems(scopes, input.claims ?? []);
  const shape = order(graph, plan?.mergeOrder);

  const checked = scopes.map((scope): CheckedItem => {
    const { item } = scope;
    const problems = [
      ...item.problems,
      ...scope.problems,
      ...patternProblems(scope, rules),
      ...(tree === undefined ? [] : treeProblems(scope, tree)),
      ...(claimed.get(item.issue) ?? []),
      ...contractProblems(scope, agreed, plan?.files ?? [], tree),
      ...dependencyProblems(item, input, inside),
    ];
    const scoped = item.scope.map(({ pattern }) => pattern);
    return {
      issue: item.issue,
      title: item.title,
      scope: scoped,
      dependsOn: dependenciesOf(item, input.native),
      problems: inOrder(problems),
    };
  });
  const problems = inPlanOrder([
    ...(plan === undefined ? [] : planProblems(plan, items, rules.allowed, dependsOn)),
    ...overlapProblems(scopes, (a, b) => dependsOn(a, b) || dependsOn(b, a)),
    ...agreementProblems(agreed),
    ...contractCycles(items, agreed),
    ...cycleProblems(graph, items),
    ...migrationProblems(scopes),
    ...advice(items, plan, shape, graph, dependsOn),
  ]);
  const ok = ![...problems, ...checked.flatMap((item) => item.problems)].some(({ severity }) => severity === 'error');
  return { ok, items: checked, problems, plan: shape };
};

const rulesOf = ({ plan, protectedAllow = [], protectedAdd = [] }: CheckInput): Rules => ({
  allowed: validPatterns(protectedAllow),
  added: validPatterns(protectedAdd),
  contracts: (plan?.files ?? []).flatMap((file) => {
    const [pattern] = validPatterns([file.path]);
    return pattern !== undefined && isLiteral(pattern) ? [{ file, pattern }] : [];
  }),
});
