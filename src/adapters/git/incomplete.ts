import type { Sha } from '#core/types.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

/**
 * Heads that bring objects which are not here, each with one of them: in a partial clone, or a damaged repository. They
 * may well merge, since a merge reads only what both sides changed, but nobody can check the result out.
 */
export async function incomplete(folder: GitFolder, base: Sha, heads: readonly Sha[]): Promise<ReadonlyMap<Sha, Sha>> {
  const lacking = async (some: readonly Sha[]): Promise<Sha | undefined> => {
    const input = [...some, `^${base}`].map((line) => `${line}\n`).join('');
    const args = ['rev-list', '--objects', '--no-object-names', '--missing=print', '--stdin'];
    const { output } = await inMirror(folder, args, { input, megabytes: 1_000 });
    return /^\?([0-9a-f]{40,64})$/m.exec(output.toString('latin1'))?.[1];
  };
  const all = [...new Set(heads)];
  // Mostly nothing is missing, and one process says so of all.
  if (all.length === 0 || (await lacking(all)) === undefined) return new Map();
  const found = await Promise.all(all.map(async (head) => [head, await lacking([head])] as const));
  return new Map(found.flatMap(([head, object]) => (object === undefined ? [] : [[head, object] as const])));
}
