import type { Sha } from '#core/types.ts';
import { onWhatItWasBuiltOn } from '#engine/integrate/built-on.ts';
import type { Link, Member } from '#engine/integrate/member.ts';
import { resolve } from '#engine/integrate/resolve.ts';
import type { Site } from '#engine/integrate/site.ts';

/** A member merged, or what is in its way. */
export type Merging = Link | { readonly files: readonly string[]; readonly why?: string };

export type MergeMember = (into: Sha, member: Member) => Promise<Merging>;

/** Merges a member into a commit without a checkout, resolvers included. One that was made already is not made again. */
export const mergeMembers = (site: Site, base: Sha): MergeMember => {
  const made = new Map<string, Promise<Merging>>();
  const merge: MergeMember = async (into, member) => {
    site.signal.throwIfAborted();
    const { head, message, at } = member;
    const { objects } = site.resolvers;
    const plain = await site.git.merge(site.repository, into, head, message, at);
    const both = plain.clean ? undefined : await onWhatItWasBuiltOn(site, into, member);
    const onto = both ?? into;
    const outcome = both === undefined ? plain : await site.git.merge(site.repository, both, head, message, at);
    // A head that is contained already brings nothing that could need mending.
    if (outcome.clean && outcome.commit === into) return { member, commit: into, tree: outcome.tree, resolved: [] };
    // What git itself gives a reason for (an unrelated history, colliding names) no rule can settle.
    if (!outcome.clean && outcome.why !== undefined) return { files: outcome.files, why: outcome.why };
    const settled = await resolve(site.resolvers, { base, into: onto, head, outcome, message, at }, site.signal);
    if (!settled.clean) return { files: settled.files, ...(settled.why === undefined ? {} : { why: settled.why }) };
    const { commit, resolved } = settled;
    const tree = outcome.clean && outcome.commit === commit ? outcome.tree : await objects.treeOf(commit);
    if (both === undefined) return { member, commit, tree, resolved };
    return { member, commit: await objects.commitTree(tree, [into, head], message, at), tree, resolved };
  };
  return (into, member) => {
    const key = `${into} ${member.name}`;
    const known = made.get(key) ?? merge(into, member);
    made.set(key, known);
    return known;
  };
};
