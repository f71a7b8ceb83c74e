/** Commits that stay on this machine: names outside `refs/heads`, which no push of ours and no fetch ever mentions. */
import type { Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import { pastLocks } from './locks.ts';
import type { Mirror } from './mirror.ts';
import { inMirror } from './read.ts';

const REFS = 'refs/forkjoin/';
const NAME = /^[A-Za-z0-9-]{1,100}(?:\/[A-Za-z0-9-]{1,100}){0,5}$/;

/** The commit under a name, if it is kept here. */
export async function kept(mirror: Mirror, name: string): Promise<Sha | undefined> {
  const ref = refOf(name);
  const { output } = await inMirror(mirror, ['for-each-ref', '--format=%(objectname) %(refname)', ref]);
  // What stands below a folder of that name is listed too.
  const line = output
    .toString()
    .split('\n')
    .find((one) => one.endsWith(` ${ref}`));
  return line === undefined ? undefined : allowedSha(line.slice(0, -ref.length - 1));
}

/** The names below a prefix under which commits are kept. */
export async function keptBelow(mirror: Mirror, prefix: string): Promise<readonly string[]> {
  const below = refOf(prefix.replace(/\/$/, ''));
  const { output } = await inMirror(mirror, ['for-each-ref', '--format=%(refname)', `${below}/`]);
  return output
    .toString()
    .split('\n')
    .flatMap((ref) => (ref === '' ? [] : [ref.slice(REFS.length)]));
}

/** Keeps a commit under a name in the place of the one before; `undefined` lets it go. */
export async function keep(mirror: Mirror, name: string, commit: Sha | undefined): Promise<void> {
  const ref = refOf(name);
  const args = commit === undefined ? ['update-ref', '-d', ref] : ['update-ref', ref, allowedSha(commit)];
  await pastLocks(mirror.gitDir, () => inMirror(mirror, args));
}

function refOf(name: string): string {
  if (!NAME.test(name)) throw new Error(`not a name to keep a commit under: ${JSON.stringify(name.slice(0, 80))}`);
  return `${REFS}${name}`;
}
