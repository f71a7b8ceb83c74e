/**
 * A bare repository of our own beside a person's: it reads their objects and keeps the new ones, so that nothing of
 * theirs (configuration, hooks, drivers, index, HEAD) is obeyed or changed until the end.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '#core/types.ts';
import type { Git } from '#engine/ports.ts';
import { gitOver } from './create-git.ts';
import { git } from './git.ts';
import type { OpenedRepository } from './local.ts';
import { type Ground, type Mirror, mirrorPath, restore, seal } from './mirror.ts';
import { inMirror } from './read.ts';

/** What the engine calls the person's repository: it has no number and belongs to no installation. */
export const LOCAL: Repository = { installation: 0, id: 1, owner: 'local', name: 'repository' };

export type Annex = { readonly mirror: Mirror; readonly git: Git };

/** Makes it below an empty folder of our own (absolute). */
export async function openAnnex(person: OpenedRepository, home: string, signal: AbortSignal): Promise<Annex> {
  const noRemote = (): Promise<never> => Promise.reject(new Error('A local repository is asked about nothing remote.'));
  const ground: Ground = { home, remote: noRemote, protocols: '', names: new Map(), signal };
  const gitDir = mirrorPath(home, LOCAL.id);
  await mkdir(join(gitDir, '..'), { recursive: true });
  const format = (await inMirror(person, ['rev-parse', '--show-object-format'])).output.toString().trim();
  const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--end-of-options', gitDir];
  await git(args, { cwd: home, signal });
  // A shallow history ends where the person's does.
  const shallow = await readFile(join(person.gitDir, 'shallow'), 'utf8').catch(() => undefined);
  const ours = {
    ...seal(format),
    'objects/info/alternates': `${quoted(join(person.gitDir, 'objects'))}\n`,
    ...(shallow === undefined ? {} : { shallow }),
  };
  const mirror: Mirror = { ground, repository: LOCAL, gitDir };
  await restore(ground, gitDir, ours);
  await writeFile(join(gitDir, 'packed-refs'), await packedRefs(person));
  // A verification that asks git in its worktree could write here; it must not change what the next merge gives.
  const find = async (): Promise<Mirror> => {
    await restore(ground, gitDir, ours);
    return mirror;
  };
  return { mirror, git: gitOver(ground, find) };
}

/** The person's branches and tags by their names, for commands that ask git in a worktree. */
async function packedRefs(person: OpenedRepository): Promise<string> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags', 'refs/remotes'];
  return (await inMirror(person, args)).output.toString();
}

/** As git reads a line of `alternates`: quoted where it would end or mean something else. */
export function quoted(path: string): string {
  return /["\\\n]/.test(path) ? `"${path.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"` : path;
}
