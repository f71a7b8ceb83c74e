/** The one way out: one commit to one branch under our prefixes, with a lease on what we saw there last. */
import type { Sha } from '#core/types.ts';
import type { Pushed } from '#engine/ports.ts';
import { allowedBranch, allowedSha } from './allowed.ts';
import { remoteOf } from './fetch.ts';
import { type GitAnswer, GitFailure, gitRemote, type Remote } from './git.ts';
import { pastLocks } from './locks.ts';
import { type Mirror, until } from './mirror.ts';
import { inMirror } from './read.ts';

/** Pushes; `expected` is the head we know, absent for "must not exist". Throws when the remote cannot be asked, or says no. */
export async function push(
  mirror: Mirror,
  branch: string,
  commit: Sha,
  expected: Sha | undefined,
  signal?: AbortSignal,
): Promise<Pushed> {
  return send(until(mirror, signal), branch, allowedSha(commit), expected);
}

/** Deletes a branch that still stands at `expected`; one that is gone is `already`. */
export async function deleteBranch(mirror: Mirror, branch: string, expected: Sha): Promise<Pushed> {
  return send(mirror, branch, undefined, expected);
}

async function send(
  mirror: Mirror,
  branch: string,
  commit: Sha | undefined,
  expected: Sha | undefined,
): Promise<Pushed> {
  const ref = `refs/heads/${allowedBranch(branch)}`;
  const lease = expected === undefined ? '' : allowedSha(expected);
  const remote = await remoteOf(mirror.ground, mirror.repository);
  const options = [
    '--porcelain',
    '--progress',
    '--no-verify',
    '--no-follow-tags',
    '--recurse-submodules=no',
    `--force-with-lease=${ref}:${lease}`,
  ];
  const args = ['push', ...options, '--end-of-options', remote.url, `${commit ?? ''}:${ref}`];
  const answer = await toRemote(mirror, remote, args, [0, 1]);
  const line = answer.output
    .toString()
    .split('\n')
    .find((one) => one.includes(`:${ref}\t`));
  if (answer.status === 0 && line !== undefined) {
    await remember(mirror, branch, commit);
    return { kind: line.startsWith('=') ? 'already' : 'pushed' };
  }
  return explain(mirror, remote, { ref, branch, commit, expected, answer, line });
}

type Rejected = {
  readonly ref: string;
  readonly branch: string;
  readonly commit: Sha | undefined;
  readonly expected: Sha | undefined;
  readonly answer: GitAnswer;
  readonly line: string | undefined;
};

/** A push that did not happen: the remote's head now tells "done before" and "moved" from trouble. */
async function explain(mirror: Mirror, remote: Remote, rejected: Rejected): Promise<Pushed> {
  const { ref, branch, commit, expected, answer, line } = rejected;
  const { output } = await toRemote(mirror, remote, ['ls-remote', '--end-of-options', remote.url, ref], [0]);
  const found = output
    .toString()
    .split('\n')
    .find((one) => one.endsWith(`\t${ref}`))
    ?.split('\t')[0];
  if (found === commit) {
    await remember(mirror, branch, commit);
    return { kind: 'already' };
  }
  if (found !== expected) return found === undefined ? { kind: 'moved' } : { kind: 'moved', found };
  const why =
    line?.split('\t').at(-1) ??
    answer.errors.split('\n').find((one) => /^(?:error|fatal|remote):/.test(one)) ??
    'no word';
  throw new GitFailure('push', `${branch} was not taken: ${why}`, { status: answer.status, errors: answer.errors });
}

function toRemote(
  mirror: Mirror,
  remote: Remote,
  args: readonly string[],
  answers: readonly number[],
): Promise<GitAnswer> {
  const { ground, gitDir } = mirror;
  return gitRemote(args, remote, {
    cwd: ground.home,
    gitDir,
    signal: ground.signal,
    apart: ground.apart ?? false,
    answers,
  });
}

/** What we did ourselves is known without a fetch. */
async function remember(mirror: Mirror, branch: string, commit: Sha | undefined): Promise<void> {
  const ref = `refs/remotes/origin/${branch}`;
  const args = commit === undefined ? ['update-ref', '-d', ref] : ['update-ref', ref, commit];
  try {
    await pastLocks(mirror.gitDir, () => inMirror(mirror, args));
  } catch (cause) {
    // The push itself is done; the next fetch brings the name.
    mirror.ground.log?.warn({ branch, cause }, 'The bare clone does not know a pushed head yet.');
  }
}
