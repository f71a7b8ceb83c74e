import type { MemberOutcome } from '#core/types.ts';
import { codeCell, inline } from '#core/words/safe.ts';

type Merged = Extract<MemberOutcome, { readonly merged: string }>;

/** What resolvers did to the merges, for reviewers: nobody wrote these lines. At most `most` rows; empty when they did nothing. */
export const resolvedTable = (members: readonly Merged[], most: number): string => {
  const rows = members.flatMap((member) => (member.resolved ?? []).map((one) => ({ item: member.item, ...one })));
  if (rows.length === 0) return '';
  const more = rows.length - most;
  return [
    '### Resolved by the app\n',
    'Both sides had a hand in these files, and the app settled them by rule. Review them like any other change.\n',
    '| merge of | file | what was done |',
    '| --- | --- | --- |',
    ...rows.slice(0, most).map(({ item, path, words }) => `| #${item} | ${codeCell(path)} | ${inline(words)} |`),
    ...(more > 0 ? [`\n_${more} more._`] : []),
  ].join('\n');
};
