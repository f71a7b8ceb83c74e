import type { PlanProblem, Report } from '#core/types.ts';

/** Problems between items and of the plan, by each issue that they are about; made once for a plan with many of them. */
export const sharedProblems = (report: Report): ReadonlyMap<number, readonly PlanProblem[]> => {
  const found = new Map<number, PlanProblem[]>();
  for (const problem of report.problems)
    for (const issue of new Set(problem.issues)) {
      const known = found.get(issue);
      if (known === undefined) found.set(issue, [problem]);
      else known.push(problem);
    }
  return found;
};
