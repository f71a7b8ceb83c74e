/** The names that heads add to the base, for collisions in case or Unicode form that git calls clean. */
import type { Sha } from '#core/types.ts';
import type { GitPlace } from './attributes.ts';
import { FoldedNames } from './folded-names.ts';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { fields, inMirror } from './read.ts';

/** `clash`: collisions with the base or among themselves. `broken`: git cannot read the commit. */
export type NewNames = {
  readonly added: readonly string[];
  readonly folded: FoldedNames;
  readonly clash: readonly string[];
  readonly broken?: string;
};

/** What each commit adds to the base; `standing` are the base's own names. */
export async function newNames(
  folder: GitFolder,
  place: GitPlace,
  base: Sha,
  standing: FoldedNames,
  commits: readonly Sha[],
): Promise<NewNames[]> {
  if (commits.length === 0) return [];
  const input = commits.map((commit) => `${commit} ${base}\n`).join('');
  const args = ['diff-tree', '--stdin', '-r', '-z', '--name-status', '--no-renames', '--diff-filter=AD'];
  try {
    const { output } = await inMirror(folder, args, { ...place.call, input });
    const changed = separated(fields(output));
    return commits.map((commit) => {
      const { added, gone } = changed.get(commit) ?? { added: [], gone: [] };
      const folded = new FoldedNames();
      for (const path of added) folded.add(path);
      return { added, folded, clash: standing.collisions(added, gone) };
    });
  } catch (failure) {
    if (!(failure instanceof GitFailure) || failure.status !== 128) throw failure;
    // One that cannot be read ends the process: each is then asked for by itself.
    if (commits.length === 1) return [{ added: [], folded: new FoldedNames(), clash: [], broken: failure.message }];
    return (await Promise.all(commits.map((commit) => newNames(folder, place, base, standing, [commit])))).flat();
  }
}

/** `commit NUL (letter NUL path NUL)*` for each commit that differs. */
function separated(parts: readonly string[]): Map<Sha, { added: string[]; gone: string[] }> {
  const found = new Map<Sha, { added: string[]; gone: string[] }>();
  let current = { added: [] as string[], gone: [] as string[] };
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (part.length === 1) {
      at += 1;
      (part === 'A' ? current.added : current.gone).push(parts[at] ?? '');
    } else {
      current = { added: [], gone: [] };
      found.set(part, current);
    }
  }
  return found;
}
