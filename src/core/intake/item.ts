import type { IssueText, ItemText, Problem } from '#core/types.ts';
import { readAgent } from './agent.ts';
import { readForbidden } from './constraints.ts';
import { readContracts } from './contracts.ts';
import { readDocument } from './document.ts';
import { isEmpty, missing, withoutNone } from './missing.ts';
import { named } from './named.ts';
import { partOfLines, planNamed } from './part-of.ts';
import { type Reference, references } from './references.ts';
import { readScope } from './scope.ts';
import { ITEM_SECTIONS } from './section-names.ts';
import { type Section, sections } from './sections.ts';
import { readVerification } from './verification.ts';
import { verificationProblems } from './verification-problems.ts';

/** An item as read, with what only the check of a whole plan asks for. */
export type ReadItem = ItemText & {
  /** Where `dependsOn` and `plan` are written, and references that can be no item of the plan. */
  readonly places: { readonly dependsOn: Readonly<Record<number, number>>; readonly plan?: number };
  readonly foreign: readonly Reference[];
  /** Code points of Contracts and Constraints, and of Context, Scope and Verification. */
  readonly weight: { readonly contracts: number; readonly work: number };
};

const REQUIRED = ['scope', 'context', 'contracts', 'verification'] as const;

/** Reads an item's body (spec 2.1). What is missing or wrong in itself is in `problems`; nothing throws. */
export const readItem = (issue: IssueText): ReadItem => {
  const document = readDocument(issue.body);
  const found = sections(document.lines, document.blocks, ITEM_SECTIONS);
  const given = (key: keyof typeof ITEM_SECTIONS): Section | undefined => {
    const section = found.of(key);
    return section === undefined || isEmpty(section) ? undefined : section;
  };
  const scope = given('scope');
  const contracts = given('contracts');
  const constraints = given('constraints');
  const verification = given('verification');
  const read = {
    scope: scope === undefined ? { entries: [], problems: [] } : readScope(scope),
    contracts: readContracts(contracts?.blocks ?? []),
    verification: verification === undefined ? { commands: [], criteria: [] } : readVerification(verification),
  };
  const membership = new Set(partOfLines(document.blocks).map(({ line }) => line));
  const referenced = references(given('dependsOn')?.blocks ?? []).filter(({ line }) => !membership.has(line));
  const plan = planNamed(document.blocks, given('plan'));
  const text = (section: Section | undefined): string => section?.text ?? '';
  return {
    issue: issue.issue,
    title: issue.title,
    scope: read.scope.entries,
    context: [text(given('context')), found.outside].filter((part) => part !== '').join('\n\n'),
    contractsText: text(contracts),
    contracts: read.contracts.lines,
    constraints: text(constraints),
    forbidden: constraints === undefined ? [] : readForbidden(constraints),
    ...read.verification,
    dependsOn: [...new Set(referenced.flatMap(({ issue: number }) => number ?? []))].sort((a, b) => a - b),
    ...named('plan', plan?.issue),
    agent: readAgent(given('agent') ?? { headings: [], blocks: [], text: '' }),
    problems: byLine([
      ...document.problems,
      ...found.problems,
      ...REQUIRED.filter((key) => given(key) === undefined).map((key) => missing(ITEM_SECTIONS[key][0], found.of(key))),
      ...read.scope.problems,
      ...read.contracts.problems,
      ...(verification === undefined ? [] : verificationProblems(read.verification, verification)),
    ]),
    places: {
      dependsOn: Object.fromEntries(
        referenced.toReversed().flatMap(({ issue: number, line }) => (number === undefined ? [] : [[number, line]])),
      ),
      ...named('plan', plan?.line),
    },
    foreign: referenced.filter((reference) => reference.issue === undefined),
    weight: {
      contracts: length(withoutNone(text(contracts))) + length(text(constraints)),
      work: length(text(given('context'))) + length(text(scope)) + length(text(verification)),
    },
  };
};

const length = (text: string): number => [...text].length;

const byLine = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
