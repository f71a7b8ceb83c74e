/** Bringing a bare clone up to date. */
import type { Repository } from '#core/types.ts';
import { GitFailure, gitRemote, type Remote } from './git.ts';
import { pastLocks } from './locks.ts';
import { discard, type Ground, type Mirror, mirrorOf } from './mirror.ts';
import { pastSpoiled } from './spoiled.ts';
import { sweepLeftovers } from './sweep.ts';

/** All branches, forced, beside the names of our own; tags and everything else stay away. */
const REFSPEC = '+refs/heads/*:refs/remotes/origin/*';
const DAMAGED =
  /corrupt|bad object (?!worktrees\/)|missing (?:blob|tree|commit)|unable to read (?:tree|sha1)|loose object|not a git repository|bad pack/i;

/** Where and with what the remote is reached; refuses addresses that carry credentials or are not addresses. */
export async function remoteOf(ground: Ground, repository: Repository): Promise<Remote> {
  const { url, token } = await ground.remote(repository);
  const plain = /^(?:https?|file):\/\/[^\s@]+$/.test(url) || (url.startsWith('/') && !url.includes('\0'));
  if (!plain) throw new Error(`not the address of a git remote: ${url.replace(/\/\/[^/]*@/, '//…@')}`);
  return { url, token, protocols: ground.protocols };
}

/**
 * One fetch at a time for a clone; who asks during one waits for the next, together with all who ask meanwhile. Who is
 * content with a fetch that began at most `within` milliseconds ago gets the last one.
 */
export function fetcher(ground: Ground): (repository: Repository, within?: number) => Promise<void> {
  const last = new Map<number, { readonly began: number; readonly done: Promise<void> }>();
  const running = new Map<number, Promise<void>>();
  const waiting = new Map<number, Promise<void>>();
  let swept: Promise<void> | undefined;
  const start = (repository: Repository): Promise<void> => {
    swept ??= sweepLeftovers(ground.home).catch((cause) =>
      ground.log?.warn({ cause }, 'Leftovers could not be removed.'),
    );
    const run = fetchOnce(ground, repository).finally(() => {
      if (running.get(repository.id) === run) running.delete(repository.id);
    });
    running.set(repository.id, run);
    const begun = { began: performance.now(), done: run };
    last.set(repository.id, begun);
    run.catch(() => last.get(repository.id) === begun && last.delete(repository.id));
    return run;
  };
  return (repository, within = 0) => {
    const recent = last.get(repository.id);
    if (recent !== undefined && performance.now() - recent.began < within) return recent.done;
    const current = running.get(repository.id);
    if (current === undefined) return start(repository);
    const joined = waiting.get(repository.id);
    if (joined !== undefined) return joined;
    const next = current
      .catch(() => {})
      .then(() => {
        waiting.delete(repository.id);
        return start(repository);
      });
    waiting.set(repository.id, next);
    return next;
  };
}

async function fetchOnce(ground: Ground, repository: Repository): Promise<void> {
  const remote = await remoteOf(ground, repository);
  try {
    await transfer(await mirrorOf(ground, repository), remote);
  } catch (failure) {
    if (!(failure instanceof GitFailure) || !DAMAGED.test(failure.errors)) throw failure;
    // What a power cut left half written: nothing in a clone is worth more than a new one.
    ground.log?.warn(
      { repository: repository.id, why: failure.message },
      'A bare clone was damaged; it is made again.',
    );
    const mirror = await mirrorOf(ground, repository);
    await discard(mirror.gitDir);
    await transfer(await mirrorOf(ground, repository), remote);
  }
}

async function transfer(mirror: Mirror, remote: Remote): Promise<void> {
  const options = [
    '--prune',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--progress',
    '--verbose',
  ];
  const fetch = () =>
    gitRemote(['fetch', ...options, '--end-of-options', remote.url, REFSPEC], remote, {
      cwd: mirror.ground.home,
      gitDir: mirror.gitDir,
      signal: mirror.ground.signal,
      apart: mirror.ground.apart ?? false,
    });
  await pastSpoiled(mirror.gitDir, () => pastLocks(mirror.gitDir, fetch));
}
