/** What resolvers ask of one repository's objects: of a bare clone, or of a person's own repository. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '#core/types.ts';
import type { MergeObjects, TreeEntry } from '#engine/ports.ts';
import { allowedPath, allowedSha } from './allowed.ts';
import { commitTree } from './commit.ts';
import { conflicted } from './conflicted.ts';
import { FoldedNames } from './folded-names.ts';
import { mergeLines } from './merge-lines.ts';
import type { GitFolder } from './mirror.ts';
import { commitOf, fields, inMirror, paths } from './read.ts';
import { withScratch } from './scratch.ts';

export function mergeObjects(folder: GitFolder): MergeObjects {
  return {
    conflicted: (into, head) => conflicted(folder, into, head),
    mergeBase: async (a, b) => (await mergeBases(folder, a, b))[0],
    mergeBases: (a, b) => mergeBases(folder, a, b),
    entries: (treeish, wanted) => entries(folder, treeish, wanted),
    blob: (id) => blob(folder, id),
    lines: async (base, ours, theirs, marker) => {
      const read = async (id: Sha | undefined) => (id === undefined ? EMPTY : blob(folder, id));
      const [o, a, b] = await Promise.all([read(ours), read(base), read(theirs)]);
      if (o === undefined || a === undefined || b === undefined) return undefined;
      return mergeLines(folder, { ours: o, base: a, theirs: b }, marker);
    },
    withFiles: (tree, files) => withFiles(folder, tree, files),
    collisions: (into, tree) => collisions(folder, into, tree),
    treeOf: async (commit) => (await commitOf(folder, commit)).tree,
    commitTree: (tree, parents, message, at) => commitTree(folder, tree, parents, message, at),
  };
}

async function collisions(folder: GitFolder, into: Sha, tree: Sha): Promise<readonly string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-status', '--no-renames', allowedSha(into), allowedSha(tree)];
  const [all, { output }] = await Promise.all([paths(folder, into), inMirror(folder, args)]);
  const standing = new FoldedNames();
  for (const path of all) standing.add(path);
  const parts = fields(output);
  const named = (letter: string) => parts.filter((_, at) => at % 2 === 1 && parts[at - 1] === letter);
  return standing.collisions(named('A'), named('D'));
}

const EMPTY = new Uint8Array();
const LARGEST = 16;

async function mergeBases(folder: GitFolder, a: Sha, b: Sha): Promise<readonly Sha[]> {
  const args = ['merge-base', '--all', allowedSha(a), allowedSha(b)];
  const { output } = await inMirror(folder, args, { answers: [0, 1] });
  return output.toString().split('\n').filter(Boolean).sort();
}

async function entries(
  folder: GitFolder,
  treeish: Sha,
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, TreeEntry>> {
  const found = new Map<string, TreeEntry>();
  for (const line of fields(
    (await inMirror(folder, ['ls-tree', '-r', '-z', '--full-tree', allowedSha(treeish)])).output,
  )) {
    const path = line.slice(line.indexOf('\t') + 1);
    const [mode, , id] = line.slice(0, line.indexOf('\t')).split(' ');
    if (mode !== undefined && id !== undefined && wanted(path)) found.set(path, { mode, id });
  }
  return found;
}

async function blob(folder: GitFolder, id: Sha): Promise<Uint8Array | undefined> {
  const { output } = await inMirror(folder, ['cat-file', '--batch-check=%(objecttype) %(objectsize)'], {
    input: `${allowedSha(id)}\n`,
  });
  const [, size] = /^blob (\d+)$/.exec(output.toString().trim()) ?? [];
  if (size === undefined || Number(size) > LARGEST * 1_000_000) return undefined;
  return (await inMirror(folder, ['cat-file', 'blob', id], { megabytes: LARGEST + 1 })).output;
}

async function withFiles(
  folder: GitFolder,
  tree: Sha,
  files: readonly { readonly path: string; readonly mode: string; readonly content: string | Uint8Array }[],
): Promise<Sha> {
  if (files.length === 0) return tree;
  return withScratch(folder.ground.home, async (scratch) => {
    const names = await Promise.all(
      files.map(async ({ path, content }, number) => {
        allowedPath(path);
        const name = join(scratch, `file-${number}`);
        await writeFile(name, content);
        return `${name}\n`;
      }),
    );
    const index = join(scratch, 'index');
    const hashing = inMirror(folder, ['hash-object', '-w', '--no-filters', '--stdin-paths'], { input: names.join('') });
    const [{ output }] = await Promise.all([hashing, inMirror(folder, ['read-tree', allowedSha(tree)], { index })]);
    const blobs = output.toString().split('\n');
    const input = files.map(({ path, mode }, at) => `${mode} ${blobs[at]}\t${path}\0`).join('');
    await inMirror(folder, ['update-index', '-z', '--replace', '--index-info'], { index, input });
    return (await inMirror(folder, ['write-tree'], { index })).output.toString().trim();
  });
}
