import type { Item, MemberOutcome, Plan } from '#core/types.ts';
import { numbers } from '#core/words/state.ts';

/** Members with the later one with which each was verified as one (policy `tip`); empty where each merge was. */
const pairs = (members: readonly MemberOutcome[]): readonly { readonly item: number; readonly tip: number }[] =>
  members.flatMap((member) =>
    'merged' in member && member.testedWith !== undefined ? [{ item: member.item, tip: member.testedWith }] : [],
  );

/** Which members were verified as one; empty where each merge was. */
export const testedAsOne = (members: readonly MemberOutcome[]): string => {
  const found = pairs(members);
  const [first] = found;
  return first === undefined ? '' : `${numbers([...found.map(({ item }) => item), first.tip])} were verified as one`;
};

/** The same of one member that is in. */
export const testedWithWords = ({ integration }: Pick<Plan, 'integration'>, { issue, state }: Item): string => {
  const tip = pairs(integration?.members ?? []).find(({ item }) => item === issue)?.tip;
  return state.name === 'merged' && tip !== undefined ? `verified as one with #${tip}` : '';
};
