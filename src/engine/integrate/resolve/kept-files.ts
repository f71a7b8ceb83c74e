/** What a program made of a tree, kept in the ledger as blobs of the repository. */
import type { Sha } from '#core/types.ts';
import type { ResolvePlace } from '#engine/integrate/resolve/place.ts';

/** Files by path as an earlier run left them; undefined when there was none, or they are gone. */
export const recallFiles = async (
  { objects, recall }: ResolvePlace,
  name: string,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> => {
  const recorded = await recall(name);
  if (typeof recorded !== 'object' || recorded === null) return undefined;
  const files = new Map<string, Uint8Array>();
  for (const [path, id] of Object.entries(recorded)) {
    const bytes = await objects.blob(String(id));
    if (bytes === undefined) return undefined;
    files.set(path, bytes);
  }
  return files;
};

/** Keeps files of a tree. */
export const recordFiles = async (
  { objects, record }: ResolvePlace,
  name: string,
  tree: Sha,
  paths: readonly string[],
): Promise<void> => {
  const entries = await objects.entries(tree, (path) => paths.includes(path));
  await record(name, Object.fromEntries([...entries].map(([path, { id }]) => [path, id])));
};
