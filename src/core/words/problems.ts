import type { Plan, PlanProblem, Problem, Severity } from '#core/types.ts';
import { lineLink } from '#core/words/line-link.ts';
import type { Page } from '#core/words/page.ts';
import { block, code, codeCell, inline } from '#core/words/safe.ts';
import { list } from '#core/words/state.ts';

/** A problem as a row; `where` is asked only for rows that are shown. */
type Row = Pick<Problem, 'code' | 'severity' | 'message' | 'hint'> & { readonly where: () => string };

/** Most severe first: the order in which a person mends. A table each, so that a warning does not look like an error. */
const SEVERITIES: readonly {
  readonly severity: Severity;
  readonly sign: string;
  readonly title: (n: number) => string;
}[] = [
  { severity: 'error', sign: '❌', title: (n) => `${count(n, 'error')} to mend before a start` },
  { severity: 'warning', sign: '⚠️', title: (n) => `${count(n, 'warning')}, no obstacle to a start` },
  { severity: 'advice', sign: '💡', title: (n) => `${count(n, 'piece')} of advice` },
];

/** `1 error`, `2 errors`. */
export const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** `2 errors, 1 warning`; empty when there is nothing to say. */
export const countBySeverity = (problems: readonly { readonly severity: Severity }[]): string =>
  (['error', 'warning'] as const)
    .flatMap((severity) => {
      const n = problems.filter((problem) => problem.severity === severity).length;
      return n === 0 ? [] : [count(n, severity)];
    })
    .join(', ');

/** What is wrong with one item, its own and what it shares with others. `most` bounds the rows of each table. */
export const itemProblems = (plan: Plan, page: Page, issue: number, most: number): string => {
  const own = plan.report.items.find((item) => item.issue === issue)?.problems ?? [];
  const shared = plan.report.problems.filter((problem) => problem.issues.includes(issue));
  return tables(
    [
      ...own.map((problem) => ({
        ...problem,
        where: () => (problem.line === undefined ? '' : lineLink(plan, page, issue, problem.line)),
      })),
      ...shared.map((problem) => ({ ...problem, where: () => whereabouts(plan, page, problem) })),
    ],
    most,
  );
};

/** What is wrong with the plan, and between its items. */
export const planProblems = (plan: Plan, page: Page, most: number): string =>
  tables(
    plan.report.problems.map((problem) => ({ ...problem, where: () => whereabouts(plan, page, problem) })),
    most,
  );

const whereabouts = (plan: Plan, page: Page, problem: PlanProblem): string =>
  list(
    problem.issues.map((issue) => {
      const at = problem.at.find((place) => place.issue === issue);
      return at === undefined ? `#${issue}` : `#${issue} ${lineLink(plan, page, issue, at.line)}`;
    }),
  );

const tables = (rows: readonly Row[], most: number): string =>
  SEVERITIES.map(({ severity, sign, title }) => {
    const found = rows.filter((row) => row.severity === severity);
    return found.length === 0 ? '' : `${table(found, `${sign} ${title(found.length)}`, most)}${pasteable(found)}`;
  })
    .filter((part) => part !== '')
    .join('\n\n');

const table = (rows: readonly Row[], title: string, most: number): string =>
  [
    `| ${title} | where | what to do |`,
    '| --- | --- | --- |',
    ...rows
      .slice(0, most)
      .map((row) => `| ${sentence(row.message)}<br>${code(row.code)} | ${row.where()} | ${advice(row.hint)} |`),
    ...(rows.length > most ? [`| … and ${rows.length - most} more | | |`] : []),
  ].join('\n');

/** A hint that is Markdown for the issue, to be copied as it is. */
const isMarkdown = (hint: string): boolean => /^(?:#{1,6} |[-*] |```)/.test(hint);

/** Several lines of it: a table cell cannot hold them. */
const isBlock = (hint: string): boolean => isMarkdown(hint) && hint.includes('\n');

const advice = (hint: string | undefined): string => {
  if (hint === undefined) return '';
  if (isBlock(hint)) return 'Paste the text below and fill it in.';
  return hint.split('\n').map(hintLine).join('<br>');
};

/** Words, Markdown to copy, or words that end in it: "Where it exists already: - consumes existing …". */
const hintLine = (line: string): string => {
  if (isMarkdown(line)) return codeCell(line, 300);
  const [, words, markdown] = /^(.*?:) (- .+)$/.exec(line) ?? [];
  if (words === undefined || markdown === undefined) return sentence(`${line.charAt(0).toUpperCase()}${line.slice(1)}`);
  return `${sentence(words)}<br>${codeCell(markdown, 300)}`;
};

const pasteable = (rows: readonly Row[]): string => {
  const blocks = [...new Set(rows.flatMap((row) => row.hint ?? []).filter(isBlock))].slice(0, 8);
  return blocks.length === 0 ? '' : `\n\n${block(blocks.join('\n\n'), 'md')}`;
};

/** Our own sentences quote people's text in code spans, which are kept; the rest is disarmed. */
const sentence = (text: string): string =>
  text
    .split(/(`+[^`]*`+)/)
    .map((part, index) => (index % 2 === 1 ? part.replaceAll('|', '\\|').replace(/\s+/g, ' ') : keepSpaces(part)))
    .join('')
    .slice(0, 1_000);

/** Issue numbers in our own sentences are meant: they stay links. */
const keepSpaces = (part: string): string => {
  const [lead, trail] = [/^\s/.test(part) ? ' ' : '', /\s$/.test(part) ? ' ' : ''];
  const inner = inline(part, 900).replaceAll('#\u200b', '#');
  return inner === '' ? lead : `${lead}${inner}${trail}`;
};
