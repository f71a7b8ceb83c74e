import { needsAlike } from '#core/integrate/resolve/json/dependencies.ts';
import { posix } from '#core/integrate/resolve/path.ts';
import type { Sha } from '#core/types.ts';
import { textOf } from '#engine/integrate/resolve/conflicts.ts';
import type { MergeObjects } from '#engine/ports.ts';

/** Of paths in which a tree differs from another one: without each `package.json` that needs the same packages in both. */
export const changedNeeds = async (
  objects: MergeObjects,
  from: Sha,
  tree: Sha,
  paths: readonly string[],
): Promise<readonly string[]> => {
  const asked = new Set(paths.filter((path) => posix.name(path) === 'package.json'));
  if (asked.size === 0) return paths;
  const [before, after] = await Promise.all([from, tree].map((one) => objects.entries(one, (path) => asked.has(path))));
  const alike = new Set<string>();
  for (const path of asked) {
    const read = async (entry: { readonly id: Sha } | undefined): Promise<string | undefined> =>
      entry === undefined ? undefined : textOf(await objects.blob(entry.id));
    const [was, is] = [await read(before?.get(path)), await read(after?.get(path))];
    if (was !== undefined && is !== undefined && needsAlike(was, is)) alike.add(path);
  }
  return paths.filter((path) => !alike.has(path));
};
