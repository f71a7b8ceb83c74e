import { accomplices } from '#core/integrate/accomplices.ts';
import { comesAfter } from '#core/integrate/chain-order.ts';
import type { Sha } from '#core/types.ts';
import type { Link, Member } from '#engine/integrate/member.ts';
import type { MergeMember } from '#engine/integrate/merge-member.ts';
import type { Verdicts } from '#engine/integrate/verdicts.ts';

/** The chain as far as it is green: the base, and what was merged onto it. */
export type Standing = { readonly base: Sha; readonly links: readonly Link[]; readonly all: readonly Member[] };

/** A commit that holds the base, some of the members with all that they come after, and one more; or who does not merge. */
const together = async (
  merge: MergeMember,
  { base, links, all }: Standing,
  some: readonly Member[],
  last: Member,
): Promise<Link | { readonly inTheWay: Member }> => {
  const wanted = new Set(some.flatMap((member) => [...comesAfter(all, member)]));
  const chosen = links.map((link) => link.member).filter((member) => wanted.has(member.name) || some.includes(member));
  let tip = base;
  for (const member of [...chosen, last]) {
    const merging = await merge(tip, member);
    if (!('commit' in merging)) return { inTheWay: member };
    if (member === last) return merging;
    tip = merging.commit;
  }
  throw new Error('The last member was not merged.');
};

/**
 * Why a member is red on top of the others: nobody when it fails alone on the base (with what it comes after), else the
 * member with which it fails, found by halving; several where only those together make it fail.
 */
export const accused = async (
  merge: MergeMember,
  verdicts: Verdicts,
  standing: Standing,
  culprit: Member,
): Promise<readonly string[]> => {
  const foundations = comesAfter(standing.all, culprit);
  const members = standing.links.map(({ member }) => member);
  const needed = members.filter(({ name }) => foundations.has(name));
  const others = members.filter(({ name }) => !foundations.has(name));
  if (others.length === 0) return [];
  // What does not even merge without the others says nothing about the verification.
  const fails = async (some: readonly Member[]): Promise<boolean> => {
    const candidate = await together(merge, standing, [...needed, ...some], culprit);
    if (!('commit' in candidate)) return false;
    return !(await verdicts.soon({ ...candidate, beside: some.map(({ name }) => name) })).ok;
  };
  if (await fails([])) return [];
  return (await accomplices(others, fails)).map(({ name }) => name);
};

/** Those of some members with each of which another does not merge, resolvers included. */
export const eachInTheWay = async (
  merge: MergeMember,
  standing: Standing,
  member: Member,
  some: readonly Member[],
): Promise<readonly Member[]> => {
  const found: Member[] = [];
  for (const one of some) if ('inTheWay' in (await together(merge, standing, [one], member))) found.push(one);
  return found;
};

/**
 * With whom a member does not merge, when it merges with each of them alone: those that only together are in its way, be
 * they what it comes after. Nobody: it does not go with the base.
 */
export const crowd = async (merge: MergeMember, standing: Standing, member: Member): Promise<readonly string[]> => {
  const others = standing.links.map((link) => link.member);
  const fails = async (some: readonly Member[]): Promise<boolean> => {
    const merged = await together(merge, standing, some, member);
    return 'inTheWay' in merged && merged.inTheWay === member;
  };
  if (others.length === 0 || (await fails([]))) return [];
  return (await accomplices(others, fails)).map(({ name }) => name);
};
