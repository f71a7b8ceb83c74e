import { formatCommand } from '#core/integrate/resolve/formatter.ts';
import { sameImports } from '#core/integrate/resolve/imports/same.ts';
import type { Sha } from '#core/types.ts';
import { IMPORTS_FORMATTED } from '#core/words/resolved.ts';
import { textOf } from '#engine/integrate/resolve/conflicts.ts';
import { recallFiles, recordFiles } from '#engine/integrate/resolve/kept-files.ts';
import type { Draft, ResolvePlace } from '#engine/integrate/resolve/place.ts';
import { oneArgument } from '#engine/integrate/resolve/shell.ts';
import type { ToResolve } from '#engine/integrate/resolve.ts';

/**
 * Formats the files whose imports were united, when the repository has a formatter that its set-up installs. A formatter
 * that fails, or changes what is imported, changes nothing.
 */
export const format = async (
  place: ResolvePlace,
  merge: ToResolve,
  draft: Draft,
  signal: AbortSignal,
): Promise<Draft> => {
  const { objects, setUp = [] } = place;
  const united = draft.resolved.flatMap((one) => (one.how === 'imports' ? [one.path] : []));
  if (setUp.length === 0 || united.length === 0) return draft;
  const names = await objects.entries(draft.tree, (path) => !path.includes('/') || united.includes(path));
  const command = formatCommand([...names.keys()], united, oneArgument);
  if (command === undefined) return draft;
  const script = ['set -e', ...setUp, command].join('\n');
  const name = `format-${draft.tree}-${place.hash(script).slice(0, 16)}`;
  const known = await recallFiles(place, name);
  const files = known ?? (await formatted(place, merge, draft.tree, united, script, signal));
  const tree = await objects.withFiles(
    draft.tree,
    [...files].map(([path, content]) => ({ path, mode: names.get(path)?.mode ?? '100644', content })),
  );
  if (known === undefined) await recordFiles(place, name, tree, [...files.keys()]);
  if (tree === draft.tree) return draft;
  const resolved = draft.resolved.map((one) => (one.how === 'imports' ? { ...one, words: IMPORTS_FORMATTED } : one));
  return { tree, resolved };
};

/** What the formatter made of the files, those that import the same as before. */
const formatted = async (
  place: ResolvePlace,
  merge: ToResolve,
  tree: Sha,
  paths: readonly string[],
  script: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { objects } = place;
  const commit = await objects.commitTree(tree, [merge.into], 'Format imports', merge.at);
  const { result, files } = await place.run(commit, script, paths, signal);
  signal.throwIfAborted();
  const kept = new Map<string, Uint8Array>();
  if (!result.ok) return kept;
  for (const [path, { id }] of await objects.entries(tree, (one) => paths.includes(one))) {
    const [left, before, after] = [files.get(path), textOf(await objects.blob(id)), textOf(files.get(path))];
    if (left === undefined || before === undefined || after === undefined) continue;
    if (sameImports(path, before, after)) kept.set(path, left);
  }
  return kept;
};
