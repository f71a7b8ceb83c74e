import type { Chance } from './chance.ts';
import { baseTree, type Entry, edited, type Tree } from './tree.ts';

/** A commit to be made: its tree and its parents, by place among the commits. */
export type Made = { readonly tree: Tree; readonly parents: readonly number[] };

/** A small repository: commits in order, the one that everything is merged with first, and the branches. */
export type History = { readonly commits: readonly Made[]; readonly base: number; readonly heads: readonly number[] };

const blend = (a: Tree, b: Tree, chance: Chance): Tree => {
  const tree = new Map<string, Entry>();
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    const entry = a.has(path) && (!b.has(path) || chance.once(2)) ? a.get(path) : b.get(path);
    const room = [...tree.keys()].every((other) => !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`));
    if (entry !== undefined && room) tree.set(path, entry);
  }
  return tree;
};

/**
 * One base and branches on it. Some began before the base moved, some stand on each other, some merged each other in both
 * directions, so that there are several merge bases.
 */
export const historyOf = (chance: Chance, branches: number): History => {
  const commits: Made[] = [];
  const commit = (tree: Tree, ...parents: number[]): number => commits.push({ tree, parents }) - 1;
  const treeOf = (at: number): Tree => commits[at]?.tree ?? new Map();
  const root = commit(baseTree(chance));
  const base = chance.once(3) ? commit(edited(treeOf(root), chance, 2), root) : root;
  const heads: number[] = [];
  while (heads.length < branches) {
    const kind = chance.below(12);
    const [one, two] = heads.length >= 2 ? [chance.one(heads), chance.one(heads)] : [base, base];
    if (kind === 0) heads.push(commit(edited(treeOf(root), chance), root));
    else if (kind === 1) heads.push(commit(edited(treeOf(one), chance), one));
    else if (kind === 2 && one !== two) {
      const crossed = [commit(blend(treeOf(one), treeOf(two), chance), one, two)];
      crossed.push(commit(blend(treeOf(two), treeOf(one), chance), two, one));
      heads.push(...crossed.map((at) => (chance.once(2) ? at : commit(edited(treeOf(at), chance, 2), at))));
    } else heads.push(commit(edited(treeOf(base), chance), base));
  }
  return { commits, base, heads: heads.slice(0, branches) };
};

/** The input of `git fast-import` that makes it; each commit is `refs/heads/c<place>`. */
export const importOf = ({ commits }: History): Buffer => {
  const parts: (string | Buffer)[] = [];
  for (const [at, { tree, parents }] of commits.entries()) {
    parts.push(`commit refs/heads/c${at}\nmark :${at + 1}\ncommitter A <a@example.com> ${1_767_225_600 + at} +0000\n`);
    parts.push(`data 1\nx\n`);
    parts.push(...parents.map((parent, which) => `${which === 0 ? 'from' : 'merge'} :${parent + 1}\n`));
    parts.push('deleteall\n');
    for (const [path, { mode, text }] of tree) {
      const name = `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
      if (mode === '160000') parts.push(`M ${mode} ${text.toString()} ${name}\n`);
      else parts.push(`M ${mode} inline ${name}\ndata ${text.length}\n`, text, '\n');
    }
    parts.push('\n');
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
};
