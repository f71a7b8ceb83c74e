/** Entries of worktrees that somebody spoiled: git does not fetch into a clone that has one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailure } from './git.ts';

const SPOILED = /bad object worktrees\/([A-Za-z0-9][A-Za-z0-9-]*)\/HEAD/;

/** Does it again without such entries: they serve the agent's own git alone, and ours appear whole or not at all. */
export async function pastSpoiled<Result>(gitDir: string, run: () => Promise<Result>): Promise<Result> {
  const removed = new Set<string>();
  for (;;) {
    try {
      return await run();
    } catch (failure) {
      const name = failure instanceof GitFailure ? SPOILED.exec(failure.errors)?.[1] : undefined;
      if (name === undefined || removed.has(name)) throw failure;
      removed.add(name);
      await rm(join(gitDir, 'worktrees', name), { recursive: true, force: true });
    }
  }
}
