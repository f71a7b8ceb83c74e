/** Heads merged with the base first, or the base's own drift would show up in every pair. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '#core/types.ts';
import type { GitPlace } from './attributes.ts';
import { EMAIL, NAME } from './commit.ts';
import { mergeBatch } from './merge-batch.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';
import { withScratch } from './scratch.ts';

/** A head on the base: a commit to pair with others, or why there is none. `broken`: git cannot read the head. */
export type OnBase =
  | { readonly clean: true; readonly commit: Sha }
  | { readonly clean: false; readonly files: readonly string[]; readonly why: string; readonly broken: boolean };

/** Merges heads that do not stand on the base with it. */
export async function onBase(folder: GitFolder, place: GitPlace, base: Sha, heads: readonly Sha[]): Promise<OnBase[]> {
  const merged = await mergeBatch(
    folder,
    place,
    heads.map((head) => [base, head] as const),
  );
  const clean = merged.flatMap((one, at) => (one.clean ? [{ tree: one.tree, head: heads[at] ?? '' }] : []));
  const commits = await commitsOf(folder, place, base, clean);
  return merged.map((outcome) => {
    if (outcome.clean) return { clean: true, commit: commits.shift() ?? '' };
    const why = outcome.why ?? 'it conflicts with the base';
    return { clean: false, files: outcome.files, why, broken: outcome.broken === true };
  });
}

/** Commits that no name will ever point to, all by one process. */
async function commitsOf(folder: GitFolder, place: GitPlace, base: Sha, merged: readonly Merged[]): Promise<Sha[]> {
  if (merged.length === 0) return [];
  return withScratch(folder.ground.home, async (scratch) => {
    const who = `${NAME} <${EMAIL}> 0 +0000`;
    const files = await Promise.all(
      merged.map(async ({ tree, head }, number) => {
        const file = join(scratch, `commit-${number}`);
        const text = `tree ${tree}\nparent ${base}\nparent ${head}\nauthor ${who}\ncommitter ${who}\n\nforecast\n`;
        await writeFile(file, text);
        return `${file}\n`;
      }),
    );
    const args = ['hash-object', '-t', 'commit', '-w', '--no-filters', '--stdin-paths'];
    const { output } = await inMirror(folder, args, { ...place.call, input: files.join('') });
    return output.toString().trimEnd().split('\n');
  });
}

type Merged = { readonly tree: Sha; readonly head: Sha };
