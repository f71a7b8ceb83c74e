/** What heads have beyond their base: whether they stand on it, and which commits are their own. */
import type { Sha } from '#core/types.ts';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

export type Lineage = { readonly standing: boolean; readonly own: ReadonlySet<Sha> };

/** The lineages of all heads, by one process; undefined where the history has a gap and nobody can say. */
export async function lineages(
  folder: GitFolder,
  base: Sha,
  heads: readonly Sha[],
): Promise<ReadonlyMap<Sha, Lineage> | undefined> {
  if (heads.length === 0) return new Map();
  const input = [`^${base}`, ...heads].map((line) => `${line}\n`).join('');
  try {
    const call = { input, megabytes: 1_000 };
    const { output } = await inMirror(folder, ['rev-list', '--parents', '--stdin'], call);
    const lines = output.toString('latin1').split('\n');
    const parents = new Map(lines.map((line) => line.split(' ')).map(([commit = '', ...of]) => [commit, of]));
    return new Map(heads.map((head) => [head, lineage(parents, base, head)]));
  } catch (failure) {
    if (failure instanceof GitFailure && failure.status === 128) return undefined;
    throw failure;
  }
}

function lineage(parents: ReadonlyMap<Sha, readonly Sha[]>, base: Sha, head: Sha): Lineage {
  const own = new Set<Sha>();
  const open = [head];
  let standing = false;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    standing ||= next === base;
    const of = parents.get(next);
    if (of === undefined || own.has(next)) continue;
    own.add(next);
    open.push(...of);
  }
  return { standing, own };
}
