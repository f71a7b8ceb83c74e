/** Where a chain lands in a person's repository: one branch, whose commits are all the tool's own, moved in one step. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '#core/types.ts';
import type { Annex } from './annex.ts';
import { EMAIL, NAME } from './commit.ts';
import { GitFailure } from './git.ts';
import type { OpenedRepository } from './local.ts';
import { lockIn, pastLocks } from './locks.ts';
import { foldersOf, isAbandoned } from './persons-lock.ts';
import { fields, inMirror, isAncestor } from './read.ts';

/** Trailer by which a chain on a branch says what it was built on: its merges can be told from a person's. */
export const BASE_TRAILER = 'Forkjoin-Base';

/**
 * The branch as it stands. `inTheWay`: a branch that git cannot hold beside it, since one is a folder where the other is a
 * file. `symbolic`: it is another name for a branch, and moving it would move that one. `upstream`: the
 * names of the same branch as remotes have it.
 */
export type LandingBranch = {
  readonly head?: Sha;
  readonly symbolic?: string;
  readonly inTheWay?: string;
  readonly upstream: readonly string[];
};

/** How a branch stands in the repository. */
export async function landingBranch(person: OpenedRepository, branch: string): Promise<LandingBranch> {
  const ref = `refs/heads/${branch}`;
  const parts = branch.split('/');
  const above = parts.slice(1).map((_, at) => `refs/heads/${parts.slice(0, at + 1).join('/')}`);
  // Also lists what stands below a folder of that name.
  const args = ['for-each-ref', '--format=%(refname)%00%(objectname)%00%(symref)', ref, ...above, 'refs/remotes'];
  const refs = (await inMirror(person, args)).output
    .toString()
    .split('\n')
    .map((line) => line.split('\0'));
  const [, head, symbolic] = refs.find(([name]) => name === ref) ?? [];
  const inTheWay = refs.find(([name = '']) => above.includes(name) || name.startsWith(`${ref}/`))?.[0];
  const remote = /^refs\/remotes\/[^/]+\/(.+)$/;
  const upstream = refs
    .flatMap(([name = '']) => (remote.exec(name)?.[1] === branch ? [name] : []))
    .flatMap((name) => [name, name.slice('refs/'.length), name.slice('refs/remotes/'.length)]);
  return { ...(head ? { head } : {}), ...(symbolic ? { symbolic } : {}), ...(inTheWay ? { inTheWay } : {}), upstream };
}

/** Where a branch is in use; `busy`: in the middle of a rebase or bisection, and the folder is git's own. */
export type InUse = { readonly folder: string; readonly busy: boolean };

/** The worktree that has the branch checked out, or is in the middle of a rebase or bisection of it. */
export async function checkedOutIn(person: OpenedRepository, branch: string): Promise<InUse | undefined> {
  const { output } = await inMirror(person, ['worktree', 'list', '--porcelain', '-z']);
  let folder = '';
  for (const line of fields(output)) {
    if (line.startsWith('worktree ')) folder = line.slice('worktree '.length);
    if (line === `branch refs/heads/${branch}`) return { folder, busy: false };
  }
  const linked = (await readdir(join(person.gitDir, 'worktrees')).catch(() => [])).map((name) =>
    join(person.gitDir, 'worktrees', name),
  );
  for (const admin of [person.gitDir, ...linked]) {
    const states = ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].map((file) =>
      readFile(join(admin, file), 'utf8').catch(() => ''),
    );
    const names = (await Promise.all(states)).map((text) => text.trim().replace(/^refs\/heads\//, ''));
    if (names.includes(branch)) return { folder: admin, busy: true };
  }
  return undefined;
}

/** Is everything that only this branch's line of merges holds the tool's own? What the base contains is nobody's loss. */
export async function isOurs({ mirror }: Annex, head: Sha, base: Sha): Promise<boolean> {
  if (await isAncestor(mirror, head, base)) return true;
  const format = '--format=%x00%H%x00%P%x00%ce%x00%B';
  const args = ['rev-list', '--first-parent', '--no-commit-header', format, '--max-count=5000', head, '--'];
  const parts = fields((await inMirror(mirror, args)).output);
  let standsOn: string | undefined;
  for (let at = 1; at + 3 < parts.length; at += 4) {
    const [sha, parents = '', email, message = ''] = parts.slice(at, at + 4);
    if (sha === standsOn) return true;
    const said = new RegExp(`^${BASE_TRAILER}: ([0-9a-f]{40,64})$`, 'm').exec(message)?.[1];
    if (email !== EMAIL || said === undefined || parents.split(' ').length !== 2) return false;
    standsOn ??= said;
    if (said !== standsOn) return false;
  }
  return false;
}

/** What became of the branch; `taken`: a sentence on why the name cannot be had. */
export type Landed = 'moved' | 'unchanged' | { readonly taken: string } | 'moved-by-others';

/**
 * Hands the new objects over and moves the branch from `expected` to `commit` in one step, or not at all. No checkout, no
 * hook.
 */
export async function land(
  person: OpenedRepository,
  annex: Annex,
  move: {
    readonly branch: string;
    readonly commit: Sha;
    readonly expected: Sha | undefined;
    readonly known: readonly Sha[];
  },
): Promise<Landed> {
  const { branch, commit, expected, known } = move;
  if (commit === expected) return 'unchanged';
  await handOver(person, annex, commit, known);
  const env = {
    GIT_AUTHOR_NAME: NAME,
    GIT_AUTHOR_EMAIL: EMAIL,
    GIT_COMMITTER_NAME: NAME,
    GIT_COMMITTER_EMAIL: EMAIL,
  };
  // An empty old value means that the branch must not be there yet.
  const input = `update refs/heads/${branch}\0${commit}\0${expected ?? '0'.repeat(commit.length)}\0`;
  const args = ['update-ref', '--no-deref', '-m', 'forkjoin integrate', '--stdin', '-z'];
  const refused = async (failure: unknown): Promise<Landed> => {
    if (!(failure instanceof GitFailure) || failure.status === undefined) throw failure;
    const { head } = await landingBranch(person, branch);
    if (head === commit) return 'unchanged';
    if (head !== expected) return 'moved-by-others';
    const lock = lockIn(failure.errors, person.gitDir);
    if (lock === undefined) return { taken: failure.message };
    return { taken: `${lock} is held by another git, or one that was killed left it: if none runs there, remove it.` };
  };
  const run = (): Promise<Landed> =>
    inMirror(person, args, { env, input }).then(
      () => 'moved',
      (failure: unknown) => {
        if (failure instanceof GitFailure && lockIn(failure.errors, person.gitDir) !== undefined) throw failure;
        return refused(failure);
      },
    );
  return pastLocks(person.gitDir, run, async (lock) => isAbandoned(lock, await folders(person))).catch(refused);
}

/** A lock of the branch that a run left when it was killed is nobody's; one that somebody holds is waited for. */
async function folders(person: OpenedRepository): Promise<readonly string[]> {
  return foldersOf(person.gitDir, fields((await inMirror(person, ['worktree', 'list', '--porcelain', '-z'])).output));
}

/** Writes what the chain made, and the person's repository lacks, into it; `known` are commits that it has. */
async function handOver(
  person: OpenedRepository,
  { mirror }: Annex,
  commit: Sha,
  known: readonly Sha[],
): Promise<void> {
  const input = [commit, ...known.map((sha) => `^${sha}`)].map((line) => `${line}\n`).join('');
  const args = ['pack-objects', '--revs', '--stdout', '--thin', '--delta-base-offset', '-q'];
  const { output } = await inMirror(mirror, args, { input, megabytes: 2_000 });
  await inMirror(person, ['unpack-objects', '-q'], { input: output, seconds: 600 });
}
