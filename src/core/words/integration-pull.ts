import type { Integration, Item, MemberOutcome, Plan } from '#core/types.ts';
import { checklist } from '#core/words/checklist.ts';
import { uncontainedWork } from '#core/words/containment.ts';
import { contractsLine, contractsTable } from '#core/words/contracts-table.ts';
import { fit, paragraphs } from '#core/words/fit.ts';
import { resolvedTable } from '#core/words/resolved-table.ts';
import { cell, inline, title } from '#core/words/safe.ts';
import { holdWords, itemReason, itemWords } from '#core/words/state.ts';
import { testedAsOne } from '#core/words/tested-as-one.ts';
import { verificationDetails, withTails } from '#core/words/verification.ts';

/** Title of the integration pull request. */
export const integrationTitle = (plan: Plan): string => title(plan.title);

/** What is shown of much, from the fullest wording to the shortest: what closes issues stays whole in all of them. */
const SIZES = [
  { tail: 4_000, rows: 200, title: 80, why: 1_000, details: true },
  { tail: 800, rows: 60, title: 80, why: 400, details: true },
  { tail: 0, rows: 20, title: 60, why: 200, details: true },
  { tail: 0, rows: 10, title: 30, why: 60, details: false },
] as const;

/** Body of the integration pull request (spec 6): members in, members out with reasons, checklist, `Closes` lines. */
export const integrationBody = (plan: Plan, integration: Integration): string => {
  const merged = integration.members.filter((member) => 'merged' in member);
  const out = plan.items.filter((item) => !merged.some((member) => member.item === item.issue));
  return fit(
    SIZES.map(
      (size) => () =>
        paragraphs([
          `Integration of plan #${plan.issue}: ${merged.length} of ${plan.items.length} members, merged in dependency order. Review the members' pull requests one by one and this one as a whole.`,
          uncontainedWork(plan),
          `### Merged\n\n${merged.length === 0 ? '_None._' : mergedTable(plan, merged, size.title)}`,
          resolvedTable(merged, size.rows),
          size.details ? verifications(merged, size.tail) : '',
          contracts(integration, size.rows),
          out.length === 0 ? '' : `### Not merged\n\n${outTable(integration, out, size)}`,
          size.details ? failures(integration, size.tail) : '',
          `### Checklist\n\n${checklist(plan, true)}`,
          closes(plan, merged, out.length === 0),
        ]),
    ),
  );
};

/** What needs a person stands first. */
const contracts = (integration: Integration, rows: number): string =>
  contractsLine(integration) === ''
    ? ''
    : `### Contracts\n\n${contractsLine(integration)}.\n\n${contractsTable(integration, rows)}`;

/** What each merge was verified with; nothing for a plan that names no command. */
const verifications = (merged: readonly Merged[], tail: number): string => {
  const found = merged.filter((member) => member.verification.length > 0);
  if (found.length === 0) return '';
  const details = found.map((member) => verificationDetails(withTails(member.verification, tail), `#${member.item} `));
  const asOne = testedAsOne(merged);
  return asOne === ''
    ? `### Verification after each merge\n\n${details.join('\n\n')}`
    : `### Verification\n\nPolicy \`tip\`: ${asOne}.\n\n${details.join('\n\n')}`;
};

/** The last lines of output of what failed with a member that is held. */
const failures = (integration: Integration, tail: number): string =>
  integration.members
    .flatMap((member) =>
      'held' in member && member.held.kind === 'verify-failed'
        ? [verificationDetails(withTails(member.held.results, tail), `#${member.item} `)]
        : [],
    )
    .join('\n\n');

/** A plan is closed with its last member only: what is not merged keeps it open. */
const closes = (plan: Plan, merged: readonly Merged[], whole: boolean): string =>
  [...(whole ? [`Closes #${plan.issue}`] : []), ...merged.map((member) => `Closes #${member.item}`)].join('\n');

type Merged = Extract<MemberOutcome, { readonly merged: string }>;

const mergedTable = (plan: Plan, members: readonly Merged[], width: number): string =>
  [
    '| | member | PR | head | merge commit | verification |',
    '| --- | --- | --- | --- | --- | --- |',
    ...members.map((member, index) => {
      const item = plan.items.find((other) => other.issue === member.item);
      const pull =
        item !== undefined && 'pull' in item.state && item.state.pull !== undefined ? `#${item.state.pull}` : '';
      return `| ${index + 1} | #${member.item} ${inline(item?.text.title ?? '', width)} | ${pull} | ${member.head.slice(0, 10)} | ${member.merged.slice(0, 10)} | ${verdict(member)} |`;
    }),
  ].join('\n');

const verdict = (member: Merged): string => {
  if (member.testedWith !== undefined) return `as one with #${member.testedWith}`;
  return member.verification.length === 0
    ? 'no command'
    : member.verification.every((result) => result.ok)
      ? 'passed'
      : 'failed';
};

const outTable = (integration: Integration, items: readonly Item[], size: { title: number; why: number }): string =>
  [
    '| member | state | why |',
    '| --- | --- | --- |',
    ...items.map((item) => {
      const outcome = integration.members.find((member) => member.item === item.issue);
      const why = outcome !== undefined && 'held' in outcome ? holdWords(outcome.held) : itemReason(item.state);
      return `| #${item.issue} ${inline(item.text.title, size.title)} | ${outcome !== undefined && 'held' in outcome ? 'held' : itemWords(item.state)} | ${cell(why, size.why)} |`;
    }),
  ].join('\n');
