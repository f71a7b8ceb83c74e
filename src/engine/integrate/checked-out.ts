import type { CommandResult, Repository, Sha } from '#core/types.ts';
import type { Git, Worktree } from '#engine/ports.ts';

/** What git says of a tree that no file system takes: the fault of who made it, on every machine. */
const IMPOSSIBLE = /invalid path|File name too long/i;

/**
 * Verifies in a clean checkout that goes away again, so that what is written there reaches no commit. A tree that cannot be
 * checked out anywhere is red; any other trouble with the worktree is this machine's, and is thrown.
 */
export const inCheckout = async (
  git: Pick<Git, 'addWorktree' | 'removeWorktree'>,
  repository: Repository,
  { name, commit }: { readonly name: string; readonly commit: Sha },
  verify: (worktree: Worktree) => Promise<readonly CommandResult[]>,
): Promise<readonly CommandResult[]> => {
  try {
    const worktree = await git.addWorktree(repository, name, commit).catch(asRed);
    return 'path' in worktree ? await verify(worktree) : [worktree];
  } finally {
    await git.removeWorktree(repository, name);
  }
};

const asRed = (error: unknown): CommandResult => {
  const words = error instanceof Error ? error.message : String(error);
  if (!IMPOSSIBLE.test(words)) throw error;
  return { command: 'git checkout', ok: false, status: 128, tail: words, seconds: 0 };
};
