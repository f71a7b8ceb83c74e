import { mergeJson } from '#core/integrate/resolve/json/merge.ts';
import { readJson } from '#core/integrate/resolve/json/read.ts';
import { isJsonManifest } from '#core/integrate/resolve/manifests.ts';
import type { Resolved } from '#core/types.ts';
import { mergedByKey, noManifest, sameKeys } from '#core/words/resolved.ts';
import { textOf } from '#engine/integrate/resolve/conflicts.ts';
import type { Draft, Unsettled } from '#engine/integrate/resolve/place.ts';
import type { ToResolve } from '#engine/integrate/resolve.ts';
import type { MergeObjects } from '#engine/ports.ts';

/**
 * Manifests that git merged without a conflict into something that is none any more: both sides added one key at
 * different places, and it stands there twice.
 */
export const settleDoubledKeys = async (
  objects: MergeObjects,
  { into, head }: ToResolve,
  draft: Draft,
  touched: readonly string[],
): Promise<Draft | Unsettled> => {
  const done = new Set(draft.resolved.map(({ path }) => path));
  const wanted = new Set(touched.filter((path) => isJsonManifest(path) && !done.has(path)));
  if (wanted.size === 0) return draft;
  const parted = await objects.mergeBase(into, head);
  const at = async (treeish: string) => textsAt(objects, treeish, wanted);
  const [now, ours, theirs, base] = await Promise.all([
    at(draft.tree),
    at(into),
    at(head),
    parted === undefined ? new Map<string, { text: string; mode: string }>() : at(parted),
  ]);
  const files: { path: string; mode: string; content: string }[] = [];
  const resolved: Resolved[] = [];
  for (const [path, { text, mode }] of now) {
    const [o, t] = [ours.get(path)?.text, theirs.get(path)?.text];
    if (o === undefined || t === undefined || !('unreadable' in readJson(text))) continue;
    // What a side had broken already is not for us to mend.
    if ('unreadable' in readJson(o) || 'unreadable' in readJson(t)) continue;
    const outcome = mergeJson(base.get(path)?.text, o, t);
    if ('unreadable' in outcome) return { files: [path], why: noManifest(path, outcome.unreadable) };
    if ('clashes' in outcome) return { files: [path], why: sameKeys(path, outcome.clashes) };
    files.push({ path, mode, content: outcome.merged });
    resolved.push({ path, how: 'json-keys', words: mergedByKey(outcome.brought) });
  }
  if (files.length === 0) return draft;
  return { tree: await objects.withFiles(draft.tree, files), resolved: [...draft.resolved, ...resolved] };
};

const textsAt = async (
  objects: MergeObjects,
  treeish: string,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, { readonly text: string; readonly mode: string }>> => {
  const found = new Map<string, { text: string; mode: string }>();
  for (const [path, { mode, id }] of await objects.entries(treeish, (one) => wanted.has(one))) {
    const text = mode.startsWith('100') ? textOf(await objects.blob(id)) : undefined;
    if (text !== undefined) found.set(path, { text, mode });
  }
  return found;
};
