import { comesAfter } from '#core/integrate/chain-order.ts';
import type { Sha } from '#core/types.ts';
import type { Link, Member } from '#engine/integrate/member.ts';
import type { MergeMember } from '#engine/integrate/merge-member.ts';

/** What merging alone says of a member: a link of the chain, or why it is none. Opponents of a conflict are sought later. */
export type Placing =
  | Link
  | { readonly member: Member; readonly missing: readonly string[] }
  | { readonly member: Member; readonly into: Sha; readonly files: readonly string[]; readonly why?: string };

/** Merges members one after another onto `tip`; one that conflicts stays out, with all that come after it. */
export const placeMembers = async (
  merge: MergeMember,
  all: readonly Member[],
  start: { readonly tip: Sha; readonly members: readonly Member[]; readonly out: ReadonlySet<string> },
): Promise<readonly Placing[]> => {
  const out = new Set(start.out);
  const placings: Placing[] = [];
  let { tip } = start;
  for (const member of start.members) {
    const foundations = comesAfter(all, member);
    const missing = [...out].filter((name) => foundations.has(name));
    const placing = missing.length > 0 ? { member, missing } : { member, into: tip, ...(await merge(tip, member)) };
    placings.push(placing);
    if ('commit' in placing) tip = placing.commit;
    else out.add(member.name);
  }
  return placings;
};
