import { needsAlike } from '#core/integrate/resolve/json/dependencies.ts';
import { forgottenLocks } from '#core/integrate/resolve/lock-files.ts';
import { posix } from '#core/integrate/resolve/path.ts';
import type { Sha } from '#core/types.ts';
import { textOf } from '#engine/integrate/resolve/conflicts.ts';
import type { MergeObjects } from '#engine/ports.ts';

/** Lock files that a member left as they were although it needs other packages now. `theirs`: what it changed. */
export const locksForgotten = async (
  objects: MergeObjects,
  into: Sha,
  tree: Sha,
  locks: readonly string[],
  theirs: readonly string[],
): Promise<readonly string[]> => {
  const found = forgottenLocks(locks, theirs);
  if (found.length === 0) return [];
  const wanted = (path: string): boolean => posix.name(path) === 'package.json' && theirs.includes(path);
  const [before, after] = [await objects.entries(into, wanted), await objects.entries(tree, wanted)];
  const alike = new Set<string>();
  for (const [path, { id }] of after) {
    const old = before.get(path);
    const [was, is] = [
      old === undefined ? undefined : textOf(await objects.blob(old.id)),
      textOf(await objects.blob(id)),
    ];
    if (was !== undefined && is !== undefined && needsAlike(was, is)) alike.add(path);
  }
  return forgottenLocks(
    locks,
    theirs.filter((path) => !alike.has(path)),
  );
};
