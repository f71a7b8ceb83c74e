import { mergeGoMod } from '#core/integrate/resolve/go-modules.ts';
import { mergeImports } from '#core/integrate/resolve/imports/merge.ts';
import { readerOf } from '#core/integrate/resolve/imports/readers.ts';
import { markerLength } from '#core/integrate/resolve/imports/segments.ts';
import { mergeJson } from '#core/integrate/resolve/json/merge.ts';
import { isLock } from '#core/integrate/resolve/lock-files.ts';
import { lockStart } from '#core/integrate/resolve/lock-start.ts';
import { isJsonManifest } from '#core/integrate/resolve/manifests.ts';
import { posix } from '#core/integrate/resolve/path.ts';
import type { Resolved } from '#core/types.ts';
import { IMPORTS_UNITED, mergedByKey, noManifest, REQUIREMENTS_UNITED, sameKeys } from '#core/words/resolved.ts';
import type { Draft, Unsettled } from '#engine/integrate/resolve/place.ts';
import type { Conflict, Conflicted, MergeObjects, TreeEntry } from '#engine/ports.ts';

/** A conflicted file as it shall be. A lock file's text is only where its tool begins: no action yet. */
type Settled = { readonly content: string | Uint8Array; readonly resolved?: Resolved };

/**
 * Settles every conflict of a merge by rule, or says which files no rule settles: all or nothing. `common`: what both sides had
 * in common of files of which git does not know.
 */
export const settleConflicts = async (
  objects: MergeObjects,
  { tree, conflicts, inContents }: Conflicted,
  common: ReadonlyMap<string, string> = new Map(),
): Promise<Draft | Unsettled> => {
  // Renames and deletions are about whole files: a person's matter, also beside what could be settled.
  if (!inContents || conflicts.length === 0) return { files: conflicts.map(({ path }) => path) };
  const files: { path: string; mode: string; content: string | Uint8Array }[] = [];
  const resolved: Resolved[] = [];
  const left: string[] = [];
  const reasons: string[] = [];
  for (const conflict of conflicts) {
    const settled = await settle(objects, conflict, common.get(conflict.path));
    if (settled === undefined || 'why' in settled) {
      left.push(conflict.path);
      if (settled !== undefined) reasons.push(settled.why);
      continue;
    }
    files.push({ path: conflict.path, mode: conflict.ours?.mode ?? '100644', content: settled.content });
    if (settled.resolved !== undefined) resolved.push(settled.resolved);
  }
  if (left.length > 0) return { files: left, ...(reasons.length > 0 ? { why: reasons.join(' ') } : {}) };
  return { tree: await objects.withFiles(tree, files), resolved };
};

const settle = async (
  objects: MergeObjects,
  conflict: Conflict,
  common: string | undefined,
): Promise<Settled | { readonly why: string } | undefined> => {
  const { path, base, ours, theirs, binary } = conflict;
  if (ours === undefined || theirs === undefined) return undefined;
  // Contents alone: plain files of one mode on all sides.
  const modes = new Set([ours, theirs, ...(base === undefined ? [] : [base])].map(({ mode }) => mode));
  if (modes.size > 1 || !ours.mode.startsWith('100')) return undefined;
  if (isLock(path)) return lockFile(objects, conflict);
  if (binary) return undefined;
  if (isJsonManifest(path)) return byKey(objects, conflict, common);
  if (posix.name(path) !== 'go.mod' && readerOf(path) === undefined) return undefined;
  const read = async (id: string | undefined) => (id === undefined ? '' : textOf(await objects.blob(id)));
  const [b, o, t] = await Promise.all([read(base?.id), read(ours.id), read(theirs.id)]);
  if (b === undefined || o === undefined || t === undefined) return undefined;
  const marker = markerLength([b, o, t]);
  const merged = marker === undefined ? undefined : await objects.lines(base?.id, ours.id, theirs.id, marker);
  if (marker === undefined || merged === undefined) return undefined;
  const isModule = posix.name(path) === 'go.mod';
  const content = isModule
    ? mergeGoMod(merged, marker)
    : mergeImports(path, { merged, marker, ours: o, base: b, theirs: t });
  if (content === undefined) return undefined;
  return {
    content,
    resolved: isModule
      ? { path, how: 'lock-file', words: REQUIREMENTS_UNITED }
      : { path, how: 'imports', words: IMPORTS_UNITED },
  };
};

/** Where its tool begins. */
const lockFile = async (
  objects: MergeObjects,
  { path, base, ours, theirs }: Conflict,
): Promise<Settled | undefined> => {
  const read = async (entry: TreeEntry | undefined) => (entry === undefined ? undefined : objects.blob(entry.id));
  const [before, mine, other] = await Promise.all([base, ours, theirs].map(read));
  if (mine === undefined || other === undefined) return undefined;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const content = lockStart(path, before === undefined ? undefined : text(before), text(mine), text(other));
  return content === undefined ? undefined : { content };
};

const byKey = async (
  objects: MergeObjects,
  { path, base, ours, theirs }: Conflict,
  common: string | undefined,
): Promise<Settled | { readonly why: string } | undefined> => {
  const read = async (id: string | undefined) => (id === undefined ? undefined : textOf(await objects.blob(id)));
  const [b, o, t] = await Promise.all([read(base?.id), read(ours?.id), read(theirs?.id)]);
  if (o === undefined || t === undefined || (base !== undefined && b === undefined)) return undefined;
  const outcome = mergeJson(common ?? b, o, t);
  if ('unreadable' in outcome) return { why: noManifest(path, outcome.unreadable) };
  if ('clashes' in outcome) return { why: sameKeys(path, outcome.clashes) };
  return { content: outcome.merged, resolved: { path, how: 'json-keys', words: mergedByKey(outcome.brought) } };
};

/** Bytes of a file that rules are tried on: nobody writes a larger one by hand. */
const LARGEST = 1_000_000;

/** The text of a file; undefined for what is no UTF-8 or very large. A byte order mark stays. */
export const textOf = (bytes: Uint8Array | undefined): string | undefined => {
  if (bytes === undefined || bytes.length > LARGEST) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
