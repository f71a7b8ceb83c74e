import type { Integration, Item, MemberOutcome, Plan } from '#core/types.ts';
import { checklist } from '#core/words/checklist.ts';
import { bounded, inline, title } from '#core/words/safe.ts';
import { holdWords, itemReason, itemWords } from '#core/words/state.ts';
import { verificationDetails } from '#core/words/verification.ts';

/** Title of the integration pull request. */
export const integrationTitle = (plan: Plan): string => title(plan.title);

/** Body of the integration pull request (spec 6): members in, members out with reasons, checklist, `Closes` lines. */
export const integrationBody = (plan: Plan, integration: Integration): string => {
  const merged = integration.members.filter((member) => 'merged' in member);
  const out = plan.items.filter((item) => !merged.some((member) => member.item === item.issue));
  return bounded(
    [
      `Integration of plan #${plan.issue}: ${merged.length} of ${plan.items.length} members, merged in dependency order. Review the members' pull requests one by one and this one as a whole.`,
      `### Merged\n\n${merged.length === 0 ? '_None._' : mergedTable(plan, merged)}`,
      merged.some((member) => member.verification.length > 0)
        ? `### Verification after each merge\n\n${merged.map((member) => verificationDetails(member.verification, `#${member.item} `)).join('\n\n')}`
        : '',
      out.length === 0 ? '' : `### Not merged\n\n${outTable(integration, out)}`,
      `### Checklist\n\n${checklist(plan, true)}`,
      [
        ...(out.length === 0 ? [`Closes #${plan.issue}`] : []),
        ...merged.map((member) => `Closes #${member.item}`),
      ].join('\n'),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
};

type Merged = Extract<MemberOutcome, { readonly merged: string }>;

const mergedTable = (plan: Plan, members: readonly Merged[]): string =>
  [
    '| | member | PR | head | merge commit | verification |',
    '| --- | --- | --- | --- | --- | --- |',
    ...members.map((member, index) => {
      const item = plan.items.find((other) => other.issue === member.item);
      const pull =
        item !== undefined && 'pull' in item.state && item.state.pull !== undefined ? `#${item.state.pull}` : '';
      return `| ${index + 1} | #${member.item} ${inline(item?.text.title ?? '', 80)} | ${pull} | ${member.head.slice(0, 10)} | ${member.merged.slice(0, 10)} | ${verdict(member)} |`;
    }),
  ].join('\n');

const verdict = (member: Merged): string =>
  member.verification.length === 0
    ? 'no command'
    : member.verification.every((result) => result.ok)
      ? 'passed'
      : 'failed';

const outTable = (integration: Integration, items: readonly Item[]): string =>
  [
    '| member | state | why |',
    '| --- | --- | --- |',
    ...items.map((item) => {
      const outcome = integration.members.find((member) => member.item === item.issue);
      const why = outcome !== undefined && 'held' in outcome ? holdWords(outcome.held) : itemReason(item.state);
      return `| #${item.issue} ${inline(item.text.title, 80)} | ${outcome !== undefined && 'held' in outcome ? 'held' : itemWords(item.state)} | ${why.replaceAll('|', '\\|')} |`;
    }),
  ].join('\n');
