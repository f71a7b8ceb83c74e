/** Merging two commits without a checkout. */
import type { Instant, Sha } from '#core/types.ts';
import type { MergeOutcome } from '#engine/ports.ts';
import { allowedSha } from './allowed.ts';
import { withAttributes } from './attributes.ts';
import { collisions } from './collisions.ts';
import { commitTree } from './commit.ts';
import { GitFailure } from './git.ts';
import type { Mirror } from './mirror.ts';
import { fields, inMirror, isAncestor } from './read.ts';

/** Merges `head` into `into`; a head that is contained already yields `into`. Deterministic. */
export async function merge(mirror: Mirror, into: Sha, head: Sha, message: string, at: Instant): Promise<MergeOutcome> {
  if (into === head || (await isAncestor(mirror, head, into))) return { clean: true, commit: into };
  const tree = await mergeTrees(mirror, into, head);
  if (tree.clean === false) return tree;
  const [commit, clash] = await Promise.all([
    commitTree(mirror, tree.tree, [into, head], message, at),
    collisions(mirror, into, tree.tree),
  ]);
  if (clash.length > 0) return { clean: false, files: clash, why: 'names that differ only in case or Unicode form' };
  return { clean: true, commit };
}

type Merged =
  | { readonly clean: true; readonly tree: Sha }
  | { readonly clean: false; readonly files: readonly string[]; readonly why?: string };

async function mergeTrees(mirror: Mirror, into: Sha, head: Sha): Promise<Merged> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', allowedSha(into), allowedSha(head)];
  try {
    const { status, output } = await withAttributes(mirror, into, (place) =>
      inMirror(mirror, [...place.settings, ...args], { ...place.call, answers: [0, 1], seconds: 600 }),
    );
    const [tree = '', ...files] = fields(output);
    // Status 1 is a conflict only when a tree was written; for a commit that is not there it is 1 too.
    if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new GitFailure('merge-tree', 'answered without a tree', { status });
    return status === 0 ? { clean: true, tree } : { clean: false, files: [...new Set(files)].sort() };
  } catch (failure) {
    if (!(failure instanceof GitFailure)) throw failure;
    if (/unrelated histories/.test(failure.errors))
      return { clean: false, files: [], why: 'the histories are unrelated' };
    // Some renames of folders make git 2.39 abort; trying again would only do it again.
    if (failure.killed === 'SIGABRT' || failure.killed === 'SIGSEGV')
      return { clean: false, files: [], why: `git gave up (${failure.killed})` };
    throw failure;
  }
}
