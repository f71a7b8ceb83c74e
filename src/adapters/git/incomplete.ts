import type { Sha } from '#core/types.ts';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror, paths } from './read.ts';

/**
 * Heads that bring objects which are not here or damaged, each with one of them: in a partial clone, or a damaged
 * repository. They may well merge, since a merge reads only what both sides changed, but nobody can check the result out.
 * Throws when it is the base that cannot be read.
 */
export async function incomplete(folder: GitFolder, base: Sha, heads: readonly Sha[]): Promise<ReadonlyMap<Sha, Sha>> {
  const lacking = (some: readonly Sha[]): Promise<Sha | undefined> => lackingIn(folder, base, some);
  const all = [...new Set(heads)];
  // Mostly nothing is missing, and one look says so of all.
  if (all.length === 0 || (await lacking(all)) === undefined) return new Map();
  await paths(folder, base);
  const found = await Promise.all(all.map(async (head) => [head, await lacking([head])] as const));
  return new Map(found.flatMap(([head, object]) => (object === undefined ? [] : [[head, object] as const])));
}

async function lackingIn(folder: GitFolder, base: Sha, heads: readonly Sha[]): Promise<Sha | undefined> {
  const input = [...heads, `^${base}`].map((line) => `${line}\n`).join('');
  const args = ['rev-list', '--objects', '--no-object-names', '--missing=print', '--stdin'];
  try {
    const { output } = await inMirror(folder, args, { input, megabytes: 1_000 });
    const [, missing] = /^\?([0-9a-f]{40,64})$/m.exec(output.toString('latin1')) ?? [];
    if (missing !== undefined) return missing;
    // That it is there does not mean that it can be read.
    const call = { input: output, megabytes: 1_000 };
    const read = (await inMirror(folder, ['cat-file', '--batch-check', '--buffer'], call)).output.toString('latin1');
    return /^([0-9a-f]{40,64}) missing$/m.exec(read)?.[1];
  } catch (failure) {
    const [, damaged] = failure instanceof GitFailure ? (DAMAGED.exec(failure.errors) ?? []) : [];
    if (damaged === undefined) throw failure;
    return damaged;
  }
}

/** Git names the object that it could not read. */
const DAMAGED = /(?:object|tree|blob|commit|header for|header of) '?([0-9a-f]{40,64})/;
