import { mergeJson } from '#core/integrate/resolve/json/merge.ts';
import { readJson } from '#core/integrate/resolve/json/read.ts';
import { isJsonManifest } from '#core/integrate/resolve/manifests.ts';
import type { Sha } from '#core/types.ts';
import { textOf } from '#engine/integrate/resolve/conflicts.ts';
import type { Conflicted, MergeObjects } from '#engine/ports.ts';

/**
 * Manifests as the two sides of a merge had them in common, by path, where git cannot tell: of several merge bases that
 * conflict with each other it makes a text with markers. They are merged by key like everything else; what does not go
 * together is left out.
 */
export const commonManifests = async (
  objects: MergeObjects,
  { conflicts }: Conflicted,
  [into, head]: readonly [Sha, Sha],
): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  const broken = new Set<string>();
  for (const { path, base } of conflicts) {
    if (base === undefined || !isJsonManifest(path)) continue;
    const text = textOf(await objects.blob(base.id));
    if (text !== undefined && 'unreadable' in readJson(text)) broken.add(path);
  }
  const bases = broken.size === 0 ? [] : await objects.mergeBases(into, head);
  if (bases.length < 2) return found;
  for (const path of broken) {
    const text = await common(objects, bases, path);
    if (text !== undefined) found.set(path, text);
  }
  return found;
};

const common = async (objects: MergeObjects, bases: readonly Sha[], path: string): Promise<string | undefined> => {
  const [first = '', ...others] = bases;
  let text = await textAt(objects, first, path);
  for (const other of others) {
    const [ground, ...more] = await objects.mergeBases(first, other);
    const theirs = await textAt(objects, other, path);
    if (text === undefined || theirs === undefined || more.length > 0) return undefined;
    const merged = mergeJson(ground === undefined ? undefined : await textAt(objects, ground, path), text, theirs);
    text = 'merged' in merged ? merged.merged : undefined;
  }
  return text;
};

const textAt = async (objects: MergeObjects, commit: Sha, path: string): Promise<string | undefined> => {
  const entry = (await objects.entries(commit, (one) => one === path)).get(path);
  return entry === undefined ? undefined : textOf(await objects.blob(entry.id));
};
