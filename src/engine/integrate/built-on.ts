import type { Sha } from '#core/types.ts';
import { isMemberMerge } from '#core/words/names.ts';
import type { Member } from '#engine/integrate/member.ts';
import type { Site } from '#engine/integrate/site.ts';

/** Commits of what a member was built on that are looked at, at most. */
const MOST = 200;

/**
 * A commit with the content of `into` that stands on what the member was built on too; undefined where that changes nothing
 * or is not true. A dependent item begins from merges that the app made, and the chain makes its own of the same heads: git
 * takes both for changes of one file and knows no common version of it. Standing on both, what the member changed is all
 * that is merged.
 */
export const onWhatItWasBuiltOn = async (
  { git, repository, resolvers: { objects } }: Pick<Site, 'git' | 'repository' | 'resolvers'>,
  into: Sha,
  { head, base, at }: Member,
): Promise<Sha | undefined> => {
  if (base === undefined) return undefined;
  const contains = (whole: Sha, part: Sha): Promise<boolean> => git.isAncestor(repository, part, whole);
  if (!(await contains(head, base)) || (await contains(into, base))) return undefined;
  const open = [base];
  const seen = new Set<Sha>();
  for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
    if (seen.has(commit)) continue;
    seen.add(commit);
    if (await contains(into, commit)) continue;
    // What somebody wrote, and `into` does not hold, would be lost.
    const [parents, message] = await Promise.all([git.parents(repository, commit), git.message(repository, commit)]);
    if (seen.size > MOST || parents.length < 2 || !isMemberMerge(message)) return undefined;
    open.push(...parents);
  }
  return objects.commitTree(await objects.treeOf(into), [into, base], 'Stand on both', at);
};
