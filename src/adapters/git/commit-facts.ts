import type { Sha } from '#core/types.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

/** A commit's tree, and when it was committed: seconds since 1970, never negative, at most the year 9999. */
export type CommitFacts = { readonly tree: Sha; readonly seconds: number };

const LATEST = 253_402_300_799;

/** Facts of commits, by hash; one process for all. */
export async function commitFacts(folder: GitFolder, commits: readonly Sha[]): Promise<ReadonlyMap<Sha, CommitFacts>> {
  const args = ['log', '--no-walk=unsorted', '--stdin', '--format=%H %T %ct'];
  const input = [...new Set(commits)].map((commit) => `${commit}\n`).join('');
  const lines = (await inMirror(folder, args, { input })).output.toString().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [sha = '', tree = '', date] = line.split(' ');
      const seconds = Math.min(Math.max(Number(date) || 0, 0), LATEST);
      return sha === '' ? [] : [[sha, { tree, seconds }] as const];
    }),
  );
}
