/** Merging two commits without a checkout. */
import type { Instant, Sha } from '#core/types.ts';
import type { MergeOutcome } from '#engine/ports.ts';
import { allowedSha } from './allowed.ts';
import { withAttributes } from './attributes.ts';
import { COLLISION, mergeTrees } from './merge-trees.ts';
import type { Mirror } from './mirror.ts';
import { isAncestor } from './read.ts';
import { collisionsAfter, giveBack, handOn, takeNames } from './tree-names.ts';
import { writeCommit } from './write-commit.ts';

/** Merges `head` into `into`; a head that is contained already yields `into`. Deterministic. */
export async function merge(mirror: Mirror, into: Sha, head: Sha, message: string, at: Instant): Promise<MergeOutcome> {
  const names = await takeNames(mirror, allowedSha(into));
  const merged = await withAttributes(mirror, names.attributes, (place) =>
    mergeTrees(mirror, place, into, allowedSha(head)),
  );
  // Only a merge that changes nothing can be of a head that is contained already.
  const contained = merged.clean && merged.tree === names.tree && (await isAncestor(mirror, head, into));
  if (!merged.clean || contained) {
    giveBack(mirror, into, names);
    return merged.clean ? { clean: true, commit: into, tree: merged.tree, brought: [] } : merged;
  }
  const [commit, { clash, changed }] = await Promise.all([
    writeCommit(mirror, merged.tree, [into, head], message, at),
    collisionsAfter(mirror, names, merged.tree),
  ]);
  if (clash.length > 0) {
    giveBack(mirror, into, names);
    return { clean: false, files: clash, why: COLLISION };
  }
  handOn(mirror, names, commit, changed);
  return { clean: true, commit, tree: merged.tree, brought: changed.paths };
}
