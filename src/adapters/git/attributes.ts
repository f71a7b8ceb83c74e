/** Committed `.gitattributes` in a bare clone: git 2.39 ignores them there, so that `merge=union` would conflict. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '#core/types.ts';
import { allowedPath } from './allowed.ts';
import { withScratch } from './commit.ts';
import type { GitCall } from './git.ts';
import type { Mirror } from './mirror.ts';
import { paths, read } from './read.ts';

/** How git is to be called so that it sees the attributes of a commit. */
export type AttributePlace = { readonly settings: readonly string[]; readonly call: Partial<GitCall> };

/** Gives git a work tree that holds the commit's `.gitattributes` and nothing else. No driver is ever configured. */
export async function withAttributes<Result>(
  mirror: Mirror,
  commit: Sha,
  use: (place: AttributePlace) => Promise<Result>,
): Promise<Result> {
  const files = (await attributeFiles(mirror, commit)).filter((path) => isPlain(path));
  if (files.length === 0) return use({ settings: [], call: {} });
  return withScratch(mirror.ground, async (workTree) => {
    for (const path of files) {
      const text = await read(mirror, commit, path);
      await mkdir(join(workTree, path, '..'), { recursive: true });
      if (text !== undefined) await writeFile(join(workTree, path), text);
    }
    return use({ settings: ['-c', 'core.bare=false'], call: { workTree, cwd: workTree } });
  });
}

async function attributeFiles(mirror: Mirror, commit: Sha): Promise<string[]> {
  return (await paths(mirror, commit)).filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
}

function isPlain(path: string): boolean {
  try {
    return allowedPath(path) === path;
  } catch {
    return false;
  }
}
