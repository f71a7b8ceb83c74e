/** What heads change in their base; among it the names that they add, for collisions in case or Unicode form. */
import type { Sha } from '#core/types.ts';
import { FoldedNames } from './folded-names.ts';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { fields, inMirror } from './read.ts';
import type { GitCall } from './recipe.ts';

/** `parents` are the commit's own. `changed`: every path, also of what was added or is gone. `broken`: git cannot read the commit. */
export type NewNames = {
  readonly parents: readonly Sha[];
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
  // A commit is first asked for as it is: said to have the base as its parent, it has no other from then on.
  const input = commits.map((commit) => `${commit}\n${commit} ${base}\n`).join('');
  try {
    const { output } = await inMirror(folder, ARGUMENTS, { ...call, input, megabytes: 1_000 });
    const found = separated(fields(output));
    return commits.map((_, at) => namesOf(found[at * 2]?.parents ?? [], found[at * 2 + 1]?.named ?? []));
  } catch (failure) {
    if (!(failure instanceof GitFailure) || failure.status !== 128) throw failure;
    // One that cannot be read ends the process: each is then asked for by itself.
    if (commits.length === 1) return [{ ...namesOf([], []), broken: failure.message }];
    return (await Promise.all(commits.map((commit) => newNames(folder, call, base, [commit])))).flat();
  }
}

const ARGUMENTS = [
  ...['diff-tree', '--stdin', '--always', '-v', '--format=%H %P'],
  ...['-r', '-z', '--name-status', '--no-renames', '--ignore-submodules=none'],
];

type Named = { readonly letter: string; readonly path: string };
type Answered = { readonly parents: readonly Sha[]; readonly named: Named[] };

/** `(commit parents NUL (newline? letter NUL path NUL)*)*`, one for each question. */
function separated(parts: readonly string[]): Answered[] {
  const found: Answered[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = (parts[at] ?? '').trim();
    if (part.length === 1) {
      at += 1;
      found.at(-1)?.named.push({ letter: part, path: parts[at] ?? '' });
    } else found.push({ parents: part.split(' ').slice(1), named: [] });
  }
  return found;
}

function namesOf(parents: readonly Sha[], named: readonly Named[]): NewNames {
  const of = (letter: string) => named.flatMap((one) => (one.letter === letter ? [one.path] : []));
  const folded = new FoldedNames();
  for (const path of of('A')) folded.add(path);
  return { parents, changed: new Set(named.map(({ path }) => path)), added: of('A'), gone: of('D'), folded };
}
