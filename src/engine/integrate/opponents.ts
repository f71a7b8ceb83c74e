import { crowd, eachInTheWay, type Standing } from '#engine/integrate/blame.ts';
import type { Member } from '#engine/integrate/member.ts';
import type { MergeMember } from '#engine/integrate/merge-member.ts';
import type { Site } from '#engine/integrate/site.ts';

/** Whom a conflict is with; `base` when the member does not go with the base itself. */
export type Opponents = { readonly with: readonly string[]; readonly base: boolean };

/**
 * Whom a member conflicts with, among what is merged before it: those that it does not merge with pair by pair, else the
 * smallest crowd in which it conflicts, else the base.
 */
export const opponents = async (
  site: Site,
  merge: MergeMember,
  standing: Standing,
  conflict: { readonly member: Member; readonly files: readonly string[] },
): Promise<Opponents> => {
  const { base, links } = standing;
  const { member, files } = conflict;
  const others = links.map((link) => link.member);
  const pairs = others.map((other) => [member.head, other.head] as const);
  const forecasts = await site.git.pairs(site.repository, base, pairs);
  if (forecasts.some((one) => !one.clean && one.blame?.head === member.head)) return { with: [], base: true };
  const met = others.flatMap((other, at) => {
    const one = forecasts[at];
    return one === undefined || one.clean || one.blame !== undefined ? [] : [{ other, files: one.files }];
  });
  // What a resolver settled with one of them is no reason to name it.
  const same = met.filter((one) => one.files.some((file) => files.includes(file)));
  const near = (same.length > 0 ? same : met).map(({ other }) => other);
  const sure = near.length > 1 ? await eachInTheWay(merge, standing, member, near) : near;
  const named = (sure.length > 0 ? sure : near).map(({ name }) => name);
  if (named.length > 0) return { with: named, base: false };
  const all = await crowd(merge, standing, member);
  return { with: all, base: all.length === 0 };
};
