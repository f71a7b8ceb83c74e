import type { PlanProblem, Problem, Severity } from '#core/types.ts';
import { code, inline } from '#core/words/safe.ts';
import { list } from '#core/words/state.ts';

const SIGN: Readonly<Record<Severity, string>> = { error: '❌', warning: '⚠️', advice: '💡' };

/** Most severe first, then by line: the order in which a person mends. */
const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, advice: 2 };

type Row = {
  readonly code: string;
  readonly severity: Severity;
  readonly where: string;
  readonly message: string;
  readonly hint: string | undefined;
};

/** Problems of one issue as a table: what, where, how to mend it. */
export const problemTable = (problems: readonly Problem[]): string =>
  table(
    problems.map((problem) => ({
      ...problem,
      where: problem.line === undefined ? '' : `line ${problem.line}`,
      hint: problem.hint,
    })),
  );

/** Problems between issues as a table, each naming the issues and lines it is about. */
export const planProblemTable = (problems: readonly PlanProblem[]): string =>
  table(problems.map((problem) => ({ ...problem, where: whereabouts(problem), hint: problem.hint })));

const whereabouts = (problem: PlanProblem): string =>
  list(
    problem.issues.map((issue) => {
      const at = problem.at.find((place) => place.issue === issue);
      return at === undefined ? `#${issue}` : `#${issue} line ${at.line}`;
    }),
  );

const table = (rows: readonly Row[]): string =>
  rows.length === 0
    ? ''
    : [
        '| | problem | where | what to do |',
        '| --- | --- | --- | --- |',
        ...[...rows]
          .sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity])
          .slice(0, 100)
          .map(
            (row) =>
              `| ${SIGN[row.severity]} | ${code(row.code)}<br>${sentence(row.message)} | ${row.where} | ${row.hint === undefined ? '' : sentence(row.hint)} |`,
          ),
        ...(rows.length > 100 ? [`| | ${rows.length - 100} more | | |`] : []),
      ].join('\n');

/** Our own sentences quote people's text in code spans, which are kept; the rest is disarmed. */
const sentence = (text: string): string =>
  text
    .split(/(`+[^`]*`+)/)
    .map((part, index) => (index % 2 === 1 ? part.replaceAll('|', '\\|').replace(/\s+/g, ' ') : keepSpaces(part)))
    .join('')
    .slice(0, 1_000);

/** Issue numbers in our own sentences are meant: they stay links. */
const keepSpaces = (part: string): string => {
  const [lead = '', trail = ''] = [/^\s/.test(part) ? ' ' : '', /\s$/.test(part) ? ' ' : ''];
  const inner = inline(part, 900).replaceAll('#\u200b', '#');
  return inner === '' ? lead : `${lead}${inner}${trail}`;
};
