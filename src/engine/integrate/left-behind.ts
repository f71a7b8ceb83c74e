import type { CommandResult, Repository, Sha } from '#core/types.ts';
import type { Git, Worktree } from '#engine/ports.ts';

/** What a command said, and what stands at the paths that were asked for, by path; one that is not there is absent. */
export type LeftBehind = { readonly result: CommandResult; readonly files: ReadonlyMap<string, Uint8Array> };

/** Runs a command in a checkout of a commit that goes away again, and reads what it left at some paths. Throws on abort. */
export const leftBehind = async (
  git: Pick<Git, 'addWorktree' | 'leftFile' | 'removeWorktree'>,
  repository: Repository,
  { name, commit, keep }: { readonly name: string; readonly commit: Sha; readonly keep: readonly string[] },
  run: (worktree: Worktree) => Promise<CommandResult>,
  signal: AbortSignal,
): Promise<LeftBehind> => {
  const worktree = await git.addWorktree(repository, name, commit);
  try {
    const result = await run(worktree);
    signal.throwIfAborted();
    const files = new Map<string, Uint8Array>();
    for (const path of keep) {
      const bytes = await git.leftFile(worktree, path);
      if (bytes !== undefined) files.set(path, bytes);
    }
    return { result, files };
  } finally {
    await git.removeWorktree(repository, name);
  }
};
