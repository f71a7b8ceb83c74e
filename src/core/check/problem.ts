import type { PlanProblem, Problem } from '#core/types.ts';
import { CODES, type Code, placeOf } from './codes.ts';

/** A problem of one item. */
export const itemProblem = (code: Code, line: number | undefined, message: string, hint: string): Problem => ({
  code,
  severity: CODES[code],
  ...(line === undefined ? {} : { line }),
  message,
  hint,
});

/** A place in a body; one without a line is left out of the report. */
export type Place = { readonly issue: number; readonly line?: number | undefined };

/** A problem between issues, or of the plan. */
export const planProblem = (
  code: Code,
  places: readonly Place[],
  message: string,
  hint: string,
  path?: string,
): PlanProblem => ({
  code,
  severity: CODES[code],
  issues: [...new Set(places.map(({ issue }) => issue))],
  at: places.flatMap(({ issue, line }) => (line === undefined ? [] : [{ issue, line }])),
  ...(path === undefined ? {} : { path }),
  message,
  hint,
});

/** Problems of an item from top to bottom, in the order of the table within a line. */
export const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || placeOf(a.code) - placeOf(b.code));

/** Problems of the plan in the order of the table, then by issue. */
export const inPlanOrder = (problems: readonly PlanProblem[]): readonly PlanProblem[] =>
  problems.toSorted(
    (a, b) =>
      placeOf(a.code) - placeOf(b.code) ||
      byIssues(a.issues, b.issues) ||
      (a.at[0]?.line ?? 0) - (b.at[0]?.line ?? 0) ||
      compare(a.message, b.message),
  );

const byIssues = (a: readonly number[], b: readonly number[]): number => {
  for (const [at, issue] of a.entries()) if (issue !== b[at]) return issue - (b[at] ?? 0);
  return a.length - b.length;
};

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
