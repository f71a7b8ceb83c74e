import type { PlanProblem, Problem, Report, Severity } from '#core/types.ts';
import type { IssueFile } from './read-files.ts';
import { wrap } from './wrap.ts';

type Paint = (style: 'bold' | 'dim' | Severity | 'good', text: string) => string;

const STYLES = { bold: 1, dim: 2, error: 31, warning: 33, advice: 36, good: 32 } as const;
/** Lists of numbers longer than this are cut on a terminal; the JSON has them all. */
const MOST_SHOWN = 20;

/**
 * A report for a person: problems by file, then those between items, the order of work, and the verdict. `width` is
 * that of the terminal in columns; without one no line is broken, so that the text can be searched.
 */
export const show = (
  report: Report,
  issues: readonly IssueFile[],
  { colour, width }: { readonly colour: boolean; readonly width?: number | undefined },
): string => {
  const paint: Paint = (style, text) => (colour ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
  const files = new Map(issues.map((issue) => [issue.issue, issue]));
  const place = (issue: number, line?: number): string => {
    const file = files.get(issue);
    return file === undefined
      ? `#${issue}`
      : `${clean(file.file)}${line === undefined ? '' : `:${line + file.offset}`}`;
  };
  const blocks = report.items
    .filter((item) => item.problems.length > 0)
    .map((item) => [
      paint('bold', `#${item.issue} ${clean(item.title)}`),
      ...item.problems.flatMap((problem) => [`  ${place(item.issue, problem.line)}`, ...told(problem, paint)]),
    ]);
  const between = report.problems.map((problem) => [`  ${places(problem, place)}`, ...told(problem, paint)]).flat();
  if (between.length > 0) blocks.push([paint('bold', 'The plan'), ...between]);
  blocks.push(shape(report, paint), [verdict(report, paint)]);
  const fitted = (line: string): string => (width === undefined ? line : wrap(line, width));
  return `${blocks.map((lines) => lines.map(fitted).join('\n')).join('\n\n')}\n`;
};

const places = (problem: PlanProblem, place: (issue: number, line?: number) => string): string =>
  problem.at.length > 0
    ? shortened(problem.at.map(({ issue, line }) => place(issue, line)))
    : shortened(problem.issues.map((issue) => place(issue)));

const told = (problem: Problem | PlanProblem, paint: Paint): readonly string[] => [
  `    ${paint(problem.severity, problem.severity)} ${clean(problem.message)} ${paint('dim', problem.code)}`,
  ...(problem.hint === undefined
    ? []
    : clean(problem.hint)
        .split('\n')
        .map((line) => (line === '' ? '' : `      ${line}`))),
];

const shape = ({ plan, items }: Report, paint: Paint): string[] => {
  const list = (issues: readonly number[], between: string): string =>
    shortened(
      issues.map((issue) => `#${issue}`),
      between,
    );
  if (plan.waves.length === 0)
    return [paint('bold', 'Order'), '  No item can start before the circle of dependencies is opened.'];
  const left = items.length - plan.mergeOrder.length;
  return [
    paint('bold', 'Order'),
    ...plan.waves.slice(0, MOST_SHOWN).map((wave, at) => `  wave ${at + 1}: ${list(wave, '  ')}`),
    ...(plan.waves.length > MOST_SHOWN ? [`  … and ${plan.waves.length - MOST_SHOWN} more waves`] : []),
    `  merge order: ${list(plan.mergeOrder, ' → ')}`,
    `  longest chain: ${list(plan.criticalPath, ' → ')}`,
    `  parallelism: ${plan.parallelism.toFixed(2)} (${count(plan.mergeOrder.length, 'item')}, ${plan.criticalPath.length} in a row at most)`,
    ...(left > 0 ? [`  left out: ${count(left, 'item')} in or behind a circle of dependencies`] : []),
  ];
};

const verdict = (report: Report, paint: Paint): string => {
  const all = [...report.items.flatMap((item) => item.problems), ...report.problems];
  const of = (severity: Severity): number => all.filter((problem) => problem.severity === severity).length;
  const [errors, warnings, advice] = [of('error'), of('warning'), of('advice')];
  const counts = `${count(errors, 'error')}, ${count(warnings, 'warning')}, ${advice} advice`;
  return report.ok
    ? `${paint('good', 'Ready to start')}: ${count(report.items.length, 'item')}, ${counts}.`
    : `${paint('error', 'Not ready')}: ${count(report.items.length, 'item')}, ${counts}.`;
};

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const shortened = (parts: readonly string[], between = ', '): string =>
  parts.length <= MOST_SHOWN
    ? parts.join(between)
    : `${parts.slice(0, MOST_SHOWN).join(between)}${between}… (${parts.length})`;

/** Text from files must not steer the terminal. */
const clean = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
