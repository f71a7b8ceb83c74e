/** What a merge must know of the tree it merges into, kept from one link of a chain to the next. */
import type { Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import { FoldedNames } from './folded-names.ts';
import type { GitFolder, Mirror } from './mirror.ts';
import { commitOf, fields, inMirror, paths } from './read.ts';
import type { GitCall } from './recipe.ts';

/** A commit's tree: its hash, its names, and the texts of its `.gitattributes`. */
export type TreeNames = {
  readonly tree: Sha;
  readonly names: FoldedNames;
  readonly attributes: Readonly<Record<string, string>>;
};

/** Trees are for ever, but a chain needs only its tip. */
const KEPT = 4;

/** Takes the names of a commit, for one merge alone; listed only when the merge before this one did not leave them. */
export async function takeNames(mirror: Mirror, commit: Sha): Promise<TreeNames> {
  const key = `${mirror.gitDir} ${commit}`;
  const kept = mirror.ground.names.get(key);
  if (kept !== undefined) {
    mirror.ground.names.delete(key);
    return kept;
  }
  const [all, { tree }] = await Promise.all([paths(mirror, commit), commitOf(mirror, commit)]);
  const names = new FoldedNames();
  for (const path of all) names.add(path);
  return { tree, names, attributes: await attributesOf(mirror, commit, all) };
}

/** What a merge changed, and the names that came to collide by it. */
export async function collisionsAfter(
  mirror: Mirror,
  into: TreeNames,
  tree: Sha,
): Promise<{ clash: string[]; changed: Changed }> {
  const args = ['diff-tree', '-r', '-z', '--name-status', '--no-renames', into.tree, tree];
  const parts = fields((await inMirror(mirror, args)).output);
  const added: string[] = [];
  const gone: string[] = [];
  let attributes = false;
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const path = parts[at + 1] ?? '';
    if (parts[at] === 'A') added.push(path);
    if (parts[at] === 'D') gone.push(path);
    attributes ||= isAttributes(path);
  }
  const clash = into.names.collisions(added, gone);
  const paths = parts.filter((_, at) => at % 2 === 1);
  return { clash, changed: { tree, paths, added, gone, attributes } };
}

export type Changed = {
  readonly tree: Sha;
  /** All that changed. */
  readonly paths: readonly string[];
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly attributes: boolean;
};

/** Leaves names for the next merge into the same commit. */
export function giveBack(mirror: Mirror, commit: Sha, names: TreeNames): void {
  const known = mirror.ground.names;
  known.set(`${mirror.gitDir} ${commit}`, names);
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break;
    known.delete(oldest);
  }
}

/** Leaves names, brought up to date, for the next merge into the commit that was made. */
export function handOn(mirror: Mirror, names: TreeNames, commit: Sha, changed: Changed): void {
  // Changed attributes are read anew when they are needed next.
  if (changed.attributes) return;
  for (const path of changed.gone) names.names.remove(path);
  for (const path of changed.added) names.names.add(path);
  giveBack(mirror, commit, { ...names, tree: changed.tree });
}

export function isAttributes(path: string): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes');
}

/** The texts of all `.gitattributes` among the paths of a commit; links are none, as for git. */
export async function attributesOf(
  folder: GitFolder,
  commit: Sha,
  all: readonly string[],
  call: Partial<GitCall> = {},
): Promise<Record<string, string>> {
  const wanted = all.filter(isAttributes);
  const found: { path: string; blob: Sha }[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    const args = ['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', allowedSha(commit), '--', ...some];
    for (const line of fields((await inMirror(folder, args, call)).output)) {
      const [, blob, path] = /^100\d{3} blob ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
      if (blob !== undefined && path !== undefined) found.push({ path, blob });
    }
  }
  if (found.length === 0) return {};
  const input = found.map(({ blob }) => `${blob}\n`).join('');
  const { output } = await inMirror(folder, ['cat-file', '--batch'], { ...call, input });
  const texts: Record<string, string> = {};
  let at = 0;
  for (const { path } of found) {
    const end = output.indexOf('\n', at);
    const size = Number(/ blob (\d+)$/.exec(output.toString('latin1', at, end))?.[1]);
    if (end < 0 || Number.isNaN(size)) throw new Error(`git has no ${path} of ${commit}`);
    texts[path] = output.toString('utf8', end + 1, end + 1 + size);
    at = end + size + 2;
  }
  return texts;
}

/** Paths in one call: arguments have an end. */
const AT_ONCE = 200;
