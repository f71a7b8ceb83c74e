import { covers } from '#core/pattern/cover.ts';
import { isLiteral, parsePattern } from '#core/pattern/pattern.ts';
import { protectedBy } from '#core/pattern/protected.ts';
import type { PlanProblem } from '#core/types.ts';
import type { CheckableItem, CheckablePlan } from './input.ts';
import type { Rules } from './patterns.ts';
import { planProblem } from './problem.ts';

/** What is wrong with the plan issue itself, and between it and its items. */
export const planProblems = (
  plan: CheckablePlan,
  items: readonly CheckableItem[],
  allowed: Rules['allowed'],
  dependsOn: (a: number, b: number) => boolean,
): readonly PlanProblem[] => [
  ...plan.problems.map((problem): PlanProblem => {
    const { code, severity, line, ...told } = problem;
    return {
      code,
      severity,
      issues: [plan.issue],
      at: line === undefined ? [] : [{ issue: plan.issue, line }],
      ...told,
    };
  }),
  ...fileProblems(plan, allowed),
  ...membershipProblems(plan, items),
  ...mergeOrderProblems(plan, dependsOn),
];

const fileProblems = (plan: CheckablePlan, allowed: Rules['allowed']): readonly PlanProblem[] =>
  plan.files.flatMap((file, at) => {
    const place = [{ issue: plan.issue, line: file.line }];
    const parsed = parsePattern(file.path);
    if (!parsed.ok || !isLiteral(parsed.pattern) || file.path.endsWith('/')) {
      const why = parsed.ok ? 'names no single file' : parsed.why;
      return [
        planProblem('pattern-invalid', place, `The file contract "${file.path}" ${why}.`, '```ts src/shared/types.ts'),
      ];
    }
    const { pattern } = parsed;
    const guarded = protectedBy(pattern);
    if (guarded !== undefined && !(allowed.length > 0 && covers(allowed, pattern))) {
      return [
        planProblem(
          'scope-protected',
          place,
          `The file contract "${file.path}" is "${guarded}", which git, GitHub or an agent obeys.`,
          'Take it out of the plan, or allow it in .github/parallel.yml under protected.',
        ),
      ];
    }
    const first = plan.files.slice(0, at).find((other) => other.path === file.path);
    if (first === undefined) return [];
    return [
      planProblem(
        'contract-provided-twice',
        [{ issue: plan.issue, line: first.line }, ...place],
        `The file contract "${file.path}" stands in the plan twice.`,
        'Put both into one fenced block.',
      ),
    ];
  });

const membershipProblems = (plan: CheckablePlan, items: readonly CheckableItem[]): readonly PlanProblem[] => {
  const inside = new Set(items.map(({ issue }) => issue));
  const listed = new Set(plan.items);
  const found: PlanProblem[] = [];
  for (const issue of new Set([...plan.items, ...plan.mergeOrder])) {
    if (inside.has(issue)) continue;
    const line = plan.places?.items[issue] ?? plan.places?.mergeOrder[issue];
    found.push(
      planProblem(
        'plan-items',
        [{ issue: plan.issue, line }, { issue }],
        `The plan lists #${issue}, which is not there as an item.`,
        `Label #${issue} "parallel", or delete it from the plan's list.`,
      ),
    );
  }
  for (const item of items) {
    if (item.plan !== undefined && item.plan !== plan.issue) {
      const places = [{ issue: plan.issue }, { issue: item.issue, line: item.places?.plan }];
      found.push(
        planProblem(
          'plan-items',
          places,
          `#${item.issue} says that it is part of #${item.plan}, not of #${plan.issue}.`,
          `Part of #${plan.issue}`,
        ),
      );
    } else if (listed.size > 0 && !listed.has(item.issue)) {
      found.push(
        planProblem(
          'plan-items',
          [{ issue: plan.issue }, { issue: item.issue }],
          `#${item.issue} is an item of this plan, and its list does not name it.`,
          `- [ ] #${item.issue}`,
        ),
      );
    }
  }
  return found;
};

/** One problem an item that is to be merged before something it depends on. */
const mergeOrderProblems = (
  plan: CheckablePlan,
  dependsOn: (a: number, b: number) => boolean,
): readonly PlanProblem[] =>
  plan.mergeOrder.flatMap((issue, at) => {
    const later = plan.mergeOrder.slice(at + 1).find((other) => dependsOn(issue, other));
    if (later === undefined) return [];
    const places = [{ issue: plan.issue, line: plan.places?.mergeOrder[issue] }, { issue }];
    return [
      planProblem(
        'merge-order',
        places,
        `Merge order puts #${issue} before #${later}, and #${issue} depends on #${later}.`,
        `Move #${issue} behind #${later} in Merge order.`,
      ),
    ];
  });
