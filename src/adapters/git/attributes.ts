/** Committed `.gitattributes` in a bare clone: git 2.39 ignores them there, so that `merge=union` would conflict. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPath } from './allowed.ts';
import type { GitFolder } from './mirror.ts';
import type { GitCall } from './recipe.ts';
import { withScratch } from './scratch.ts';

/** How git is to be called for a merge: settings and surroundings. */
export type GitPlace = { readonly settings: readonly string[]; readonly call: Partial<GitCall> };

/**
 * Gives git a work tree that holds these `.gitattributes` and nothing else, also when there are none: it would obey those
 * of the folder that it runs in. No driver is ever configured.
 */
export async function withAttributes<Result>(
  folder: GitFolder,
  texts: Readonly<Record<string, string>>,
  use: (place: GitPlace) => Promise<Result>,
): Promise<Result> {
  const files = Object.entries(texts).filter(([path]) => isPath(path));
  return withScratch(folder.ground.home, async (workTree) => {
    for (const [path, text] of files) {
      await mkdir(join(workTree, path, '..'), { recursive: true });
      await writeFile(join(workTree, path), text);
    }
    return use({ settings: [], call: { workTree, cwd: workTree } });
  });
}
