/** What heads change in their base; among it the names that they add, for collisions in case or Unicode form. */
import type { Sha } from '#core/types.ts';
import { FoldedNames } from './folded-names.ts';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { fields, inMirror } from './read.ts';
import type { GitCall } from './recipe.ts';

/** `changed`: every path, also of what was added or is gone. `broken`: git cannot read the commit. */
export type NewNames = {
  readonly changed: ReadonlySet<string>;
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly folded: FoldedNames;
  readonly broken?: string;
};

/** What each commit changes in the base. */
export async function newNames(
  folder: GitFolder,
  call: Partial<GitCall>,
  base: Sha,
  commits: readonly Sha[],
): Promise<NewNames[]> {
  if (commits.length === 0) return [];
  const input = commits.map((commit) => `${commit} ${base}\n`).join('');
  const args = ['diff-tree', '--stdin', '-r', '-z', '--name-status', '--no-renames', '--ignore-submodules=none'];
  try {
    const { output } = await inMirror(folder, args, { ...call, input, megabytes: 1_000 });
    const found = separated(fields(output));
    return commits.map((commit) => namesOf(found.get(commit) ?? []));
  } catch (failure) {
    if (!(failure instanceof GitFailure) || failure.status !== 128) throw failure;
    // One that cannot be read ends the process: each is then asked for by itself.
    if (commits.length === 1) return [{ ...namesOf([]), broken: failure.message }];
    return (await Promise.all(commits.map((commit) => newNames(folder, call, base, [commit])))).flat();
  }
}

type Named = { readonly letter: string; readonly path: string };

/** `commit NUL (letter NUL path NUL)*` for each commit that differs. */
function separated(parts: readonly string[]): Map<Sha, Named[]> {
  const found = new Map<Sha, Named[]>();
  let current: Named[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (part.length === 1) {
      at += 1;
      current.push({ letter: part, path: parts[at] ?? '' });
    } else {
      current = [];
      found.set(part, current);
    }
  }
  return found;
}

function namesOf(named: readonly Named[]): NewNames {
  const of = (letter: string) => named.flatMap((one) => (one.letter === letter ? [one.path] : []));
  const folded = new FoldedNames();
  for (const path of of('A')) folded.add(path);
  return { changed: new Set(named.map(({ path }) => path)), added: of('A'), gone: of('D'), folded };
}
