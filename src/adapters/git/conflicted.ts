/** What `merge` does not tell of a merge that failed: the tree with markers, the three versions, the kind of conflict. */
import type { Sha } from '#core/types.ts';
import type { Conflict, Conflicted } from '#engine/ports.ts';
import { allowedSha } from './allowed.ts';
import { askMergeTree } from './ask-merge-tree.ts';
import { withAttributes } from './attributes.ts';
import type { GitFolder } from './mirror.ts';
import { asBranchesKnow } from './moved-aside.ts';
import { fields, paths } from './read.ts';
import { attributesOf } from './tree-names.ts';

/** `mode id stage TAB path`, as in an index: stage 1 is the merge base, 2 ours, 3 theirs. */
const STAGE = /^(\d{6}) ([0-9a-f]{40,64}) ([123])\t(.+)$/s;
const SIDES = { 1: 'base', 2: 'ours', 3: 'theirs' } as const;

/** Merges two commits once more; undefined when git can merge them. */
export async function conflicted(folder: GitFolder, into: Sha, head: Sha): Promise<Conflicted | undefined> {
  const attributes = await attributesOf(folder, allowedSha(into), await paths(folder, into));
  const args = ['-z', '--messages', into, allowedSha(head)];
  const { status, output } = await withAttributes(folder, attributes, (place) => askMergeTree(folder, place, args));
  if (status === 0) return undefined;
  const merge = read(fields(output));
  if (merge.inContents) return merge;
  // Nobody settles these: they are told, by the names that the branches know.
  const known = new Map(merge.conflicts.map((one) => [asBranchesKnow([one.path], into, head)[0] ?? one.path, one]));
  return { ...merge, conflicts: [...known].map(([path, one]) => ({ ...one, path })) };
}

/** `tree NUL (stage NUL)* NUL (count NUL path… NUL type NUL sentence NUL)*`. */
function read(parts: readonly string[]): Conflicted {
  const [tree = ''] = parts;
  const end = parts.indexOf('', 1);
  const found = new Map<string, { -readonly [Key in keyof Conflict]: Conflict[Key] }>();
  for (const part of parts.slice(1, end < 0 ? parts.length : end)) {
    const [, mode, id, stage, path] = STAGE.exec(part) ?? [];
    if (mode === undefined || id === undefined || path === undefined)
      throw new Error(`git merge-tree said something else: ${JSON.stringify(part.slice(0, 200))}`);
    const conflict = found.get(path) ?? { path, binary: false };
    conflict[SIDES[stage as '1' | '2' | '3']] = { mode, id };
    found.set(path, conflict);
  }
  let inContents = true;
  for (const { type, paths: named } of messages(parts, end + 1)) {
    if (!type.startsWith('CONFLICT')) continue;
    if (type === 'CONFLICT (binary)') {
      for (const path of named) {
        const conflict = found.get(path);
        if (conflict !== undefined) conflict.binary = true;
      }
    } else inContents &&= type === 'CONFLICT (contents)';
  }
  return { tree, conflicts: [...found.values()], inContents };
}

function messages(parts: readonly string[], start: number): { type: string; paths: readonly string[] }[] {
  const told: { type: string; paths: readonly string[] }[] = [];
  for (let at = start; start > 0 && at < parts.length; ) {
    const count = Number(parts[at]);
    if (!Number.isSafeInteger(count)) break;
    told.push({ paths: parts.slice(at + 1, at + 1 + count), type: parts[at + 1 + count] ?? '' });
    at += count + 3;
  }
  return told;
}
