import type { Item, Plan, Work } from '#core/types.ts';
import { fit, paragraphs } from '#core/words/fit.ts';
import { bounded, code, codeCell, inline, title } from '#core/words/safe.ts';
import { contractTable } from '#core/words/scope.ts';
import { list } from '#core/words/state.ts';
import { dollars, duration } from '#core/words/time.ts';
import { TAILS, verificationDetails, withTails } from '#core/words/verification.ts';

/** Title of an item's pull request: the issue's. */
export const pullTitle = (item: Item): string => title(item.text.title);

/** Body of an item's pull request (spec 6): what changed, how it was verified, contracts, scope, cost, `Closes`. */
export const pullBody = (plan: Plan, item: Item, work: Work): string =>
  fit(
    TAILS.map(
      (tail) => () =>
        paragraphs([
          `Closes #${item.issue}${plan.alone ? '' : ` · part of #${plan.issue}`}`,
          work.summary.trim() === '' ? '' : quote(work.summary),
          `### What changed\n\n${changes(work)}`,
          `### How it was verified\n\n${work.verification.length === 0 ? '_The issue names no command; a person checks the criteria._' : verificationDetails(withTails(work.verification, tail))}`,
          criteria(item),
          `### Contracts\n\n${contractTable(item)}`,
          `### Scope\n\nThe ${work.changes.length} changed ${work.changes.length === 1 ? 'path is' : 'paths are'} inside the scope of #${item.issue}: ${list(item.text.scope.map((entry) => code(entry.pattern)))}.`,
          brings(work),
          exceptions(item),
          facts(plan, work),
        ]),
    ),
  );

const quote = (text: string): string =>
  inline(text, 1_500)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');

const changes = (work: Work): string =>
  [
    '| path | change |',
    '| --- | --- |',
    ...work.changes.slice(0, 100).map((change) => `| ${codeCell(change.path)} | ${change.kind} |`),
    ...(work.changes.length > 100 ? [`| ${work.changes.length - 100} more | |`] : []),
  ].join('\n');

const criteria = (item: Item): string =>
  item.text.criteria.length === 0
    ? ''
    : `### For the reviewer\n\n${item.text.criteria
        .slice(0, 50)
        .map((criterion) => `- [ ] ${inline(criterion, 300)}`)
        .join('\n')}`;

/** What reviewers cannot see in a diff of many lines: code of others that comes in, and what runs by itself. */
const brings = ({ added = [], changes: changed }: Work): string => {
  const lines = [
    ...added.map(({ kind, path, name }) =>
      kind === 'package'
        ? `- package ${code(name)} in ${code(path)}`
        : `- ⚠️ script ${code(name)} in ${code(path)}: it runs by itself on installation`,
    ),
    ...changed
      .filter(({ oldMode, newMode }) => newMode === '100755' && oldMode !== '100755')
      .map(({ path }) => `- ${code(path)} may be executed`),
  ];
  if (lines.length === 0) return '';
  const more = lines.length > 50 ? [`- … and ${lines.length - 50} more`] : [];
  return `### What it brings\n\n${[...lines.slice(0, 50), ...more].join('\n')}`;
};

const exceptions = ({ exceptions: made = [] }: Item): string =>
  made.length === 0
    ? ''
    : `### Exceptions\n\n${made
        .slice(0, 50)
        .map(({ path, by, at }) => `- ${code(path)}, let in by ${code(by)} on ${at.slice(0, 10)}`)
        .join('\n')}`;

const facts = (plan: Plan, work: Work): string => {
  const approved = 'approval' in plan.state ? ` · approved text ${code(plan.state.approval.hash.slice(0, 10))}` : '';
  const cost = work.cost === undefined ? '' : ` · cost ${dollars(work.cost)}`;
  const sandbox =
    work.sandbox === 'none'
      ? ' · ⚠️ **without a sandbox**, as the operator configured'
      : ` · sandbox ${inline(work.sandbox)}`;
  return `Agent ${code(work.agent)}, attempt ${work.attempt}, ${duration(work.seconds)}${cost}${sandbox} · prompt ${code(work.prompt.slice(0, 10))}${approved}`;
};

/** Summary of the check run on an item's commit. */
export const checkSummary = (item: Item, work: Work): string =>
  bounded(
    `Scope: ${work.changes.length} changed paths, all inside what #${item.issue} owns.\n\n${verificationDetails(work.verification)}`,
    60_000,
  );
