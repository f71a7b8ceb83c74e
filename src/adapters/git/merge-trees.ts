/** One merge by `git merge-tree`: a tree, or why there is none. */
import type { Sha } from '#core/types.ts';
import { askMergeTree, hasAborted } from './ask-merge-tree.ts';
import type { GitPlace } from './attributes.ts';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { asBranchesKnow } from './moved-aside.ts';
import { fields } from './read.ts';

/** Why a merge that git calls clean is none: nobody could check the result out on macOS or Windows. */
export const COLLISION = 'names that differ only in case or Unicode form';
export const UNRELATED = 'the histories are unrelated';

export type MergedTrees =
  | { readonly clean: true; readonly tree: Sha }
  | { readonly clean: false; readonly files: readonly string[]; readonly why?: string; readonly broken?: true };

/** Merges the trees of two commits; writes objects, and nothing else. */
export async function mergeTrees(folder: GitFolder, place: GitPlace, into: Sha, head: Sha): Promise<MergedTrees> {
  const args = ['-z', '--name-only', '--no-messages', into, head];
  try {
    const { status, output } = await askMergeTree(folder, place, args);
    const [tree = '', ...files] = fields(output);
    // Status 1 is a conflict only when a tree was written; for a commit that is not there it is 1 too.
    if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new GitFailure('merge-tree', 'answered without a tree', { status });
    return status === 0 ? { clean: true, tree } : { clean: false, files: asBranchesKnow(files, into, head) };
  } catch (failure) {
    if (!(failure instanceof GitFailure)) throw failure;
    if (/unrelated histories/.test(failure.errors)) return { clean: false, files: [], why: UNRELATED };
    // Trying again would only do it again.
    if (!hasAborted(failure)) throw failure;
    return { clean: false, files: [], why: `git gave up (${failure.killed})` };
  }
}
