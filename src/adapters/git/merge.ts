/** Merging two commits without a checkout. */
import type { Instant, Sha } from '#core/types.ts';
import type { MergeOutcome } from '#engine/ports.ts';
import { allowedSha } from './allowed.ts';
import { withAttributes } from './attributes.ts';
import { commitTree } from './commit.ts';
import { GitFailure } from './git.ts';
import type { Mirror } from './mirror.ts';
import { fields, inMirror, isAncestor } from './read.ts';
import { collisionsAfter, giveBack, handOn, type TreeNames, takeNames } from './tree-names.ts';

/** Merges `head` into `into`; a head that is contained already yields `into`. Deterministic. */
export async function merge(mirror: Mirror, into: Sha, head: Sha, message: string, at: Instant): Promise<MergeOutcome> {
  const names = await takeNames(mirror, allowedSha(into));
  const merged = await mergeTrees(mirror, names, into, allowedSha(head));
  // Only a merge that changes nothing can be of a head that is contained already.
  const contained = merged.clean && merged.tree === names.tree && (await isAncestor(mirror, head, into));
  if (!merged.clean || contained) {
    giveBack(mirror, into, names);
    return merged.clean ? { clean: true, commit: into } : merged;
  }
  const [commit, { clash, changed }] = await Promise.all([
    commitTree(mirror, merged.tree, [into, head], message, at),
    collisionsAfter(mirror, names, merged.tree),
  ]);
  if (clash.length > 0) {
    giveBack(mirror, into, names);
    return { clean: false, files: clash, why: COLLISION };
  }
  handOn(mirror, names, commit, changed);
  return { clean: true, commit };
}

/** Why a merge that git calls clean is none: nobody could check the result out on macOS or Windows. */
export const COLLISION = 'names that differ only in case or Unicode form';
export const UNRELATED = 'the histories are unrelated';

type Merged =
  | { readonly clean: true; readonly tree: Sha }
  | { readonly clean: false; readonly files: readonly string[]; readonly why?: string };

async function mergeTrees(mirror: Mirror, names: TreeNames, into: Sha, head: Sha): Promise<Merged> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', into, head];
  try {
    const { status, output } = await withAttributes(mirror, names.attributes, ({ settings, call }) =>
      inMirror(mirror, [...settings, ...args], { ...call, answers: [0, 1], seconds: 600 }),
    );
    const [tree = '', ...files] = fields(output);
    // Status 1 is a conflict only when a tree was written; for a commit that is not there it is 1 too.
    if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new GitFailure('merge-tree', 'answered without a tree', { status });
    return status === 0 ? { clean: true, tree } : { clean: false, files: [...new Set(files)].sort() };
  } catch (failure) {
    if (!(failure instanceof GitFailure)) throw failure;
    if (/unrelated histories/.test(failure.errors)) return { clean: false, files: [], why: UNRELATED };
    // Some renames of folders make git 2.39 abort; trying again would only do it again.
    if (failure.killed === 'SIGABRT' || failure.killed === 'SIGSEGV')
      return { clean: false, files: [], why: `git gave up (${failure.killed})` };
    throw failure;
  }
}
