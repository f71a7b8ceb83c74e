import { type CheckInput, check } from '#core/check/check.ts';
import { readItem } from '#core/intake/item.ts';
import { readPlan } from '#core/intake/plan.ts';
import type { PlanProblem, Problem, Report } from '#core/types.ts';

/** Sections of an item that a test cares about; the others are filled in so that they raise nothing. */
export type Written = {
  readonly scope?: string;
  readonly context?: string;
  readonly contracts?: string;
  readonly constraints?: string;
  readonly verification?: string;
  readonly dependsOn?: string;
  readonly plan?: string;
  readonly agent?: string;
};

/** The body of an item whose scope is a folder of its own. */
export const body = (issue: number, written: Written = {}): string =>
  [
    ['Scope', written.scope ?? `- create \`src/area${issue}/main.ts\``],
    [
      'Context',
      written.context ?? 'How this item fits into the wider task, at some length so that it outweighs the contracts.',
    ],
    ['Contracts', written.contracts ?? 'None'],
    ['Constraints', written.constraints],
    ['Verification', written.verification ?? '```sh\nnpm test\n```'],
    ['Depends on', written.dependsOn],
    ['Plan', written.plan],
    ['Agent', written.agent],
  ]
    .flatMap(([name, text]) => (text === undefined ? [] : [`### ${name}\n\n${text}\n`]))
    .join('\n');

/** Reads and checks items by number, as one plan. */
export const checked = (
  items: Readonly<Record<number, Written>>,
  more: Partial<Omit<CheckInput, 'items'>> = {},
): Report =>
  check({
    items: Object.entries(items).map(([issue, written]) =>
      readItem({ issue: Number(issue), title: `Item ${issue}`, body: body(Number(issue), written) }),
    ),
    ...more,
  });

export const plan = (text: string, issue = 100) =>
  readPlan({ issue, title: 'A plan', body: `### Goal\n\nIt works.\n\n${text}` });

export const tree = (...paths: string[]) => ({ sha: '0'.repeat(40), paths: new Set(paths), read: {} });

/** All problems of a code, of items and of the plan. */
export const of = (report: Report, code: string): readonly (Problem | PlanProblem)[] =>
  [...report.items.flatMap((item) => item.problems), ...report.problems].filter((problem) => problem.code === code);

/** The codes of a report that are no advice about the plan's shape, sorted. */
export const codes = (report: Report): readonly string[] =>
  [...report.items.flatMap((item) => item.problems), ...report.problems]
    .map(({ code }) => code)
    .filter((code) => !['plan-small', 'plan-sequential', 'plan-no-integration'].includes(code))
    .sort();
