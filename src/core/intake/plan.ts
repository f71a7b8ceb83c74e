import { type IssueText, type PlanText, type Problem, STRATEGIES } from '#core/types.ts';
import { amount } from './amount.ts';
import { readContracts } from './contracts.ts';
import { readDocument } from './document.ts';
import { flatEntries } from './entries.ts';
import { fileContracts } from './file-contracts.ts';
import { keyedLines } from './keyed-lines.ts';
import { listed } from './listed.ts';
import { plainText } from './markdown/words.ts';
import { isEmpty, missing } from './missing.ts';
import { named } from './named.ts';
import { PLAN_SECTIONS } from './section-names.ts';
import { type Section, sections } from './sections.ts';
import { readVerification } from './verification.ts';

/** A plan as read, with the lines that only the check of it asks for. */
export type ReadPlan = PlanText & {
  readonly places: {
    readonly items: Readonly<Record<number, number>>;
    readonly mergeOrder: Readonly<Record<number, number>>;
  };
};

/** Reads a plan issue's body (spec 2.2). */
export const readPlan = (issue: IssueText): ReadPlan => {
  const document = readDocument(issue.body);
  const found = sections(document.lines, document.blocks, PLAN_SECTIONS);
  const given = (key: keyof typeof PLAN_SECTIONS): Section | undefined => {
    const section = found.of(key);
    return section === undefined || isEmpty(section) ? undefined : section;
  };
  const contracts = readContracts(given('contracts')?.blocks ?? []);
  const items = listed(given('items'));
  const order = listed(given('mergeOrder'));
  const limits = keyedLines(given('limits')?.blocks ?? []);
  const verification = given('verification');
  const said = given('strategy')?.text.toLowerCase() ?? '';
  const problems: readonly Problem[] = [
    ...document.problems,
    ...found.problems,
    ...(given('goal') === undefined ? [missing('goal', found.of('goal'))] : []),
    ...contracts.problems,
  ];
  return {
    issue: issue.issue,
    title: issue.title,
    goal: given('goal')?.text ?? '',
    contractsText: given('contracts')?.text ?? '',
    files: fileContracts(document.blocks, verification?.blocks ?? []),
    contracts: contracts.lines,
    items: items.numbers,
    ...named(
      'strategy',
      STRATEGIES.find((strategy) => new RegExp(`\\b${strategy}\\b`).test(said)),
    ),
    mergeOrder: order.numbers,
    commands: verification === undefined ? [] : readVerification(verification).commands,
    decisions: flatEntries(given('decisions')?.blocks ?? []).map((entry) => plainText(entry.inline).trim()),
    limits: {
      ...named('budget', amount(limits.get('budget'))),
      ...named('slots', whole(limits.get('slots'))),
      ...named('attempts', whole(limits.get('attempts'))),
    },
    problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    places: { items: items.lines, mergeOrder: order.lines },
  };
};

const whole = (text: string | undefined): number | undefined => {
  const number = amount(text);
  return number !== undefined && Number.isInteger(number) ? number : undefined;
};
