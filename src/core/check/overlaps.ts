import { overlappingPairs } from '#core/pattern/overlapping-pairs.ts';
import type { Pattern } from '#core/pattern/pattern.ts';
import type { Claim, PlanProblem, Problem } from '#core/types.ts';
import { itemProblem, planProblem } from './problem.ts';
import type { OwnedScope } from './scopes.ts';
import { validPatterns } from './valid-patterns.ts';

/** Two items that may write one path although neither waits for the other; one problem a pair. */
export const overlapProblems = (
  scopes: readonly OwnedScope[],
  ordered: (a: number, b: number) => boolean,
): readonly PlanProblem[] => {
  const lines = linesOf(scopes);
  const owners = scopes.map(({ item, owned }) => ({
    owner: item.issue,
    patterns: owned.map(({ pattern }) => pattern),
  }));
  return overlappingPairs(owners, ordered).map(({ a, b, patternA, patternB, path }) =>
    planProblem(
      'scope-overlap',
      [
        { issue: a, line: lines.get(patternA) },
        { issue: b, line: lines.get(patternB) },
      ],
      `#${a} owns "${patternA.text}" and #${b} owns "${patternB.text}": both may write "${path}", and neither depends on the other.`,
      `Give "${path}" to one of them, move it to an item that both depend on, or let one follow the other: add "- #${a}" to Depends on of #${b}.`,
      path,
    ),
  );
};

/** Items that may write what an item of another running plan of the repository owns; by item. */
export const claimProblems = (
  scopes: readonly OwnedScope[],
  claims: readonly Claim[],
): ReadonlyMap<number, readonly Problem[]> => {
  const found = new Map<number, Problem[]>();
  if (claims.length === 0) return found;
  const lines = linesOf(scopes);
  const held = [...Map.groupBy(claims, (claim) => `${claim.plan} ${claim.item}`).values()];
  const owners = [
    ...scopes.map(({ owned }, at) => ({ owner: at, patterns: owned.map(({ pattern }) => pattern) })),
    ...held.map((group, at) => ({
      owner: scopes.length + at,
      patterns: validPatterns(group.map(({ pattern }) => pattern)),
    })),
  ];
  const sameSide = (a: number, b: number): boolean => a < scopes.length === b < scopes.length;
  for (const { a, b, patternA, patternB, path } of overlappingPairs(owners, sameSide)) {
    const issue = scopes[a]?.item.issue ?? 0;
    const claim = held[b - scopes.length]?.[0];
    const problem = itemProblem(
      'scope-claimed',
      lines.get(patternA),
      `"${patternA.text}" overlaps "${patternB.text}" of #${claim?.item ?? 0} in the running plan #${claim?.planIssue ?? 0}: both may write "${path}".`,
      `Wait until plan #${claim?.planIssue ?? 0} has landed, or leave "${path}" out of the scope.`,
    );
    found.set(issue, [...(found.get(issue) ?? []), problem]);
  }
  return found;
};

const linesOf = (scopes: readonly OwnedScope[]): ReadonlyMap<Pattern, number> =>
  new Map(scopes.flatMap(({ owned }) => owned.map(({ entry, pattern }) => [pattern, entry.line] as const)));
