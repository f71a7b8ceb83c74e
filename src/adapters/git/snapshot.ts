/** What stands in a worktree, as a tree: built from the files alone, with an index and ignore rules of our own. */
import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '#core/types.ts';
import type { Snapshotted, Worktree } from '#engine/ports.ts';
import { allowedSha } from './allowed.ts';
import { changes } from './changes.ts';
import { copies } from './copies.ts';
import { GitFailure } from './git.ts';
import { ignoreRules } from './ignore.ts';
import { type Mirror, until } from './mirror.ts';
import { fields, inMirror } from './read.ts';
import { withScratch } from './scratch.ts';
import { nameProblem, specialFiles, type Unstorable } from './unstorable.ts';
import { copyIndex, indexPath, worktreePath } from './worktree.ts';

/** Compares a worktree with its base; the worktree is not touched, and git never looks for a repository in it. */
export async function snapshot(found: Mirror, worktree: Worktree, signal?: AbortSignal): Promise<Snapshotted> {
  const mirror = until(found, signal);
  const { ground, repository } = mirror;
  const workTree = worktreePath(ground.home, repository.id, worktree.name);
  if (!(await lstat(workTree)).isDirectory()) throw new Error(`the worktree ${worktree.name} is not a folder any more`);
  return withScratch(ground.home, async (folder) => {
    const index = join(folder, 'index');
    const rules = join(folder, 'ignore');
    const base = allowedSha(worktree.base);
    await ownIndex(mirror, worktree.name, base, index);
    await writeFile(rules, await ignoreRules(mirror, index));
    const place: Place = { mirror, workTree, index, rules };
    const [differs, special] = await Promise.all([
      differing(place),
      ignored(place).then((skip) => specialFiles(workTree, skip)),
    ]);
    const { add, remove, unstorable } = sorted(differs);
    await takeOut(place, remove);
    const taken = join(folder, 'files');
    await mkdir(taken);
    const { copied, repositories, ...left } = await copies(workTree, add, taken);
    await name(place, repositories, base);
    const refused = await putIn({ ...place, workTree: taken }, copied);
    const tree = (await inMirror(mirror, ['write-tree'], { index })).output.toString().trim();
    const all = new Map([...unstorable, ...left.unstorable, ...refused, ...special].map((one) => [one.path, one]));
    const inOrder = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { tree, changes: await changes(mirror, base, tree), unstorable: inOrder };
  });
}

/** Our copy of the index from checkout; without it (another machine's worktree, a crash) every file is read again. */
async function ownIndex(mirror: Mirror, name: string, base: Sha, index: string): Promise<void> {
  try {
    await copyIndex(indexPath(mirror.ground.home, mirror.repository.id, name), index);
  } catch {
    await inMirror(mirror, ['read-tree', base], { index });
  }
}

type Place = { readonly mirror: Mirror; readonly workTree: string; readonly index: string; readonly rules: string };
type Found = { readonly path: string; readonly raw: Buffer; readonly gone: boolean };

/** Tracked paths that are gone or may differ, and untracked ones that the base does not ignore. */
async function differing({ mirror, workTree, index, rules }: Place): Promise<Found[]> {
  const [tracked, others] = await Promise.all([
    inMirror(mirror, ['diff-files', '-z', '--name-status', '--no-renames', '--ignore-submodules=all'], {
      workTree,
      index,
      seconds: 600,
    }),
    inMirror(mirror, ['ls-files', '-z', '--others', `--exclude-from=${rules}`], {
      workTree,
      index,
      seconds: 600,
    }),
  ]);
  const parts = split(tracked.output);
  const found: Found[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const raw = parts[at + 1] ?? Buffer.alloc(0);
    found.push({ path: raw.toString('utf8'), raw, gone: parts[at]?.toString() === 'D' });
  }
  return [...found, ...split(others.output).map((raw) => ({ path: raw.toString('utf8'), raw, gone: false }))];
}

/** Folders that the base ignores as a whole. */
async function ignored({ mirror, workTree, index, rules }: Place): Promise<ReadonlySet<string>> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--directory', `--exclude-from=${rules}`];
  const { output } = await inMirror(mirror, args, { workTree, index, seconds: 600 });
  return new Set(
    fields(output)
      .filter((path) => path.endsWith('/'))
      .map((path) => path.slice(0, -1)),
  );
}

function split(output: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0, at);
    parts.push(output.subarray(at, end));
    at = end + 1;
  }
  return parts;
}

function sorted(found: readonly Found[]): { add: string[]; remove: string[]; unstorable: Unstorable[] } {
  const add: string[] = [];
  const remove: string[] = [];
  const unstorable: Unstorable[] = [];
  for (const { path, raw, gone } of found) {
    if (gone) {
      remove.push(path);
      continue;
    }
    const why = Buffer.from(path).equals(raw) ? nameProblem(path) : 'its name is not UTF-8';
    // A folder here is a repository inside the worktree.
    if (why === undefined) add.push(path.replace(/\/$/, ''));
    else unstorable.push({ path, why });
  }
  return { add, remove, unstorable };
}

async function takeOut({ mirror, index }: Place, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const input = paths.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`).join('');
  await inMirror(mirror, ['update-index', '-z', '--index-info'], { index, input });
}

/** A repository inside the worktree enters as a submodule, for the guard to refuse; which commit it has does not matter. */
async function name({ mirror, index }: Place, repositories: readonly string[], commit: Sha): Promise<void> {
  if (repositories.length === 0) return;
  const input = repositories.map((path) => `160000 ${commit} 0\t${path}\0`).join('');
  await inMirror(mirror, ['update-index', '-z', '--replace', '--index-info'], { index, input });
}

/** Git stops at the first path that it cannot take: this one is reported, and the rest tried again. */
async function putIn({ mirror, workTree, index }: Place, paths: readonly string[]): Promise<Unstorable[]> {
  const refused: Unstorable[] = [];
  let left = paths;
  while (left.length > 0) {
    try {
      const args = ['update-index', '-z', '--add', '--remove', '--replace', '--stdin'];
      await inMirror(mirror, args, {
        workTree,
        index,
        input: left.map((path) => `${path}\0`).join(''),
        seconds: 600,
      });
      break;
    } catch (failure) {
      if (!(failure instanceof GitFailure)) throw failure;
      const path = /Unable to process path (.*)/s.exec(failure.errors)?.[1]?.trimEnd();
      if (path === undefined || !left.includes(path) || refused.length === 100) throw failure;
      const said = /^error: (.*)/m.exec(failure.errors)?.[1];
      refused.push({ path, why: said ?? 'git cannot take it' });
      left = left.filter((other) => other !== path);
    }
  }
  return refused;
}
