/** Committed `.gitattributes` in a bare clone: git 2.39 ignores them there, so that `merge=union` would conflict. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPath } from './allowed.ts';
import { withScratch } from './commit.ts';
import type { GitCall } from './git.ts';
import type { Mirror } from './mirror.ts';

/** How git is to be called so that it sees the attributes of a commit. */
export type AttributePlace = { readonly settings: readonly string[]; readonly call: Partial<GitCall> };

/** Gives git a work tree that holds these `.gitattributes` and nothing else. No driver is ever configured. */
export async function withAttributes<Result>(
  mirror: Mirror,
  texts: Readonly<Record<string, string>>,
  use: (place: AttributePlace) => Promise<Result>,
): Promise<Result> {
  const files = Object.entries(texts).filter(([path]) => isPath(path));
  if (files.length === 0) return use({ settings: [], call: {} });
  return withScratch(mirror.ground, async (workTree) => {
    for (const [path, text] of files) {
      await mkdir(join(workTree, path, '..'), { recursive: true });
      await writeFile(join(workTree, path), text);
    }
    return use({ settings: ['-c', 'core.bare=false'], call: { workTree, cwd: workTree } });
  });
}
