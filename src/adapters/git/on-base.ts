/** Heads merged with the base first, or the base's own drift would show up in every pair. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '#core/types.ts';
import type { GitPlace } from './attributes.ts';
import { EMAIL, NAME } from './commit.ts';
import { FoldedNames } from './folded-names.ts';
import { mergeBatch } from './merge-batch.ts';
import { COLLISION } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';
import { fields, inMirror } from './read.ts';
import { withScratch } from './scratch.ts';

/** Why a head that does not go with the base goes with nobody. */
const CONFLICTS = 'it conflicts with the base';

/** A head on the base: a commit to pair with others and the names it adds, or why there is none. */
export type OnBase =
  | { readonly clean: true; readonly commit: Sha; readonly added: readonly string[]; readonly names: FoldedNames }
  | { readonly clean: false; readonly files: readonly string[]; readonly why: string; readonly broken: boolean };

/** Merges every head with the base; `all` are the base's paths. */
export async function onBase(
  folder: GitFolder,
  place: GitPlace,
  base: Sha,
  all: readonly string[],
  heads: readonly Sha[],
): Promise<OnBase[]> {
  const merged = await mergeBatch(
    folder,
    place,
    heads.map((head) => [base, head] as const),
  );
  const clean = merged.flatMap((one, at) => (one.clean ? [{ tree: one.tree, head: heads[at] ?? '' }] : []));
  const [commits, changed] = await Promise.all([
    commitsOf(folder, place, base, clean),
    namesChanged(
      folder,
      place,
      base,
      clean.map(({ tree }) => tree),
    ),
  ]);
  const standing = new FoldedNames();
  for (const path of all) standing.add(path);
  let next = 0;
  return merged.map((one) => {
    if (!one.clean) return { clean: false, files: one.files, why: one.why ?? CONFLICTS, broken: one.broken === true };
    const commit = commits[next] ?? '';
    const { added, gone } = changed[next++] ?? { added: [], gone: [] };
    const clash = standing.collisions(added, gone);
    if (clash.length > 0) return { clean: false, files: clash, why: COLLISION, broken: false };
    const names = new FoldedNames();
    for (const path of added) names.add(path);
    return { clean: true, commit, added, names };
  });
}

/** Commits that no name will ever point to, all by one process. */
async function commitsOf(
  folder: GitFolder,
  place: GitPlace,
  base: Sha,
  merged: readonly { tree: Sha; head: Sha }[],
): Promise<Sha[]> {
  if (merged.length === 0) return [];
  return withScratch(folder.ground.home, async (scratch) => {
    const who = `${NAME} <${EMAIL}> 0 +0000`;
    const files = await Promise.all(
      merged.map(async ({ tree, head }, number) => {
        const file = join(scratch, `commit-${number}`);
        await writeFile(
          file,
          `tree ${tree}\nparent ${base}\nparent ${head}\nauthor ${who}\ncommitter ${who}\n\nforecast\n`,
        );
        return `${file}\n`;
      }),
    );
    const args = ['hash-object', '-t', 'commit', '-w', '--no-filters', '--stdin-paths'];
    const { output } = await inMirror(folder, args, { ...place.call, input: files.join('') });
    return output.toString().trimEnd().split('\n');
  });
}

/** Names that each tree adds to the base and takes from it, all by one process. */
async function namesChanged(
  folder: GitFolder,
  place: GitPlace,
  base: Sha,
  trees: readonly Sha[],
): Promise<{ added: string[]; gone: string[] }[]> {
  if (trees.length === 0) return [];
  const baseTree = (await inMirror(folder, ['rev-parse', `${base}^{tree}`])).output.toString().trim();
  const input = trees.map((tree) => `${baseTree} ${tree}\n`).join('');
  const args = ['diff-tree', '--stdin', '-r', '-z', '--name-status', '--no-renames', '--diff-filter=AD'];
  const parts = fields((await inMirror(folder, args, { ...place.call, input })).output);
  return separated(parts, baseTree, trees);
}

/** Each answer begins with a line of the two trees; one that is equal to the base has the line alone. */
function separated(
  parts: readonly string[],
  baseTree: Sha,
  trees: readonly Sha[],
): { added: string[]; gone: string[] }[] {
  const answers: { added: string[]; gone: string[] }[] = [];
  let kind: string | undefined;
  for (const part of parts) {
    let rest = part;
    for (let head = `${baseTree} ${trees[answers.length]}\n`; kind === undefined && rest.startsWith(head); ) {
      answers.push({ added: [], gone: [] });
      rest = rest.slice(head.length);
      head = `${baseTree} ${trees[answers.length]}\n`;
    }
    if (kind === undefined) kind = rest;
    else {
      if (kind === 'A') answers.at(-1)?.added.push(part);
      if (kind === 'D') answers.at(-1)?.gone.push(part);
      kind = undefined;
    }
  }
  while (answers.length < trees.length) answers.push({ added: [], gone: [] });
  return answers;
}
