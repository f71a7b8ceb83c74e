/** Local git for the engine: the port, in the order of an attempt's life. */

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Repository } from '#core/types.ts';
import type { Git, Log } from '#engine/ports.ts';
import { brought } from './brought.ts';
import { chainRecord } from './chain-record.ts';
import { changes } from './changes.ts';
import { commitFiles, commitTree } from './commit.ts';
import { fetcher } from './fetch.ts';
import { ForecastMemory } from './forecast-memory.ts';
import { git } from './git.ts';
import { keep, kept, keptBelow } from './kept.ts';
import { leftFile } from './left-file.ts';
import { mentions } from './mentions.ts';
import { merge } from './merge.ts';
import { mergeObjects } from './merge-objects.ts';
import { type Ground, type Mirror, mirrorOf } from './mirror.ts';
import { mergePairs } from './pairs.ts';
import { deleteBranch, push } from './push.ts';
import { branches, commitOf, has, head, isAncestor, paths, read } from './read.ts';
import { snapshot } from './snapshot.ts';
import { texts } from './texts.ts';
import { addWorktree, putFiles, removeWorktree, repositories, worktrees } from './worktree.ts';

export type GitOptions = {
  /** FORKJOIN_HOME: clones, worktrees and scratch folders stand below it. */
  readonly home: string;
  /** Where a repository's remote is, with a token that may use it now. */
  readonly remote: (repository: Repository) => Promise<{ readonly url: string; readonly token?: string }>;
  /** Protocols that git may speak, separated by colons (GIT_ALLOW_PROTOCOL). Default `https`. */
  readonly protocols?: string;
  readonly log?: Log;
  /** Ends every running git. */
  readonly signal?: AbortSignal;
};

/** Makes the port over one home folder. */
export function createGit(options: GitOptions): Git {
  const { remote, log, signal, protocols = 'https' } = options;
  const home = resolve(options.home);
  mkdirSync(home, { recursive: true });
  const ground: Ground = { home, remote, protocols, log, signal, apart: true, names: new Map() };
  return gitOver(ground, (repository) => mirrorOf(ground, repository));
}

/** The port over bare clones that `find` gives, checked before each use. */
export function gitOver(ground: Ground, find: (repository: Repository) => Promise<Mirror>): Git {
  const forecasts = new ForecastMemory();
  const on =
    <Rest extends unknown[], Result>(use: (mirror: Mirror, ...rest: Rest) => Promise<Result>) =>
    async (repository: Repository, ...rest: Rest): Promise<Result> =>
      use(await find(repository), ...rest);
  return {
    fetch: fetcher(ground),
    head: on(head),
    branches: on(branches),
    paths: on(paths),
    read: on(read),
    message: on(async (mirror, commit) => (await commitOf(mirror, commit)).message),
    parents: on(async (mirror, commit) => (await commitOf(mirror, commit)).parents),
    isAncestor: on(isAncestor),
    has: on(has),
    changes: on(changes),
    brought: on(brought),
    commitFiles: on(commitFiles),
    commitTree: on(commitTree),
    merge: on(merge),
    objects: on(async (mirror) => mergeObjects(mirror)),
    leftFile: ({ path: folder }, path) => leftFile(folder, path),
    pairs: on((mirror, base, pairs) => mergePairs(mirror, base, pairs, forecasts)),
    texts: on(texts),
    mentions: on(mentions),
    chainRecord: on(chainRecord),
    version: async () => (await git(['version'], { cwd: ground.home })).output.toString().trim(),
    addWorktree: on(addWorktree),
    putFiles: on(putFiles),
    snapshot: on(snapshot),
    kept: on(kept),
    keep: on(keep),
    keptBelow: async (prefix) => {
      const found = (await repositories(ground)).map(async (repository) =>
        (await keptBelow(await find(repository), prefix)).map((name) => ({ repository, name })),
      );
      return (await Promise.all(found)).flat();
    },
    removeWorktree: (repository, name) => removeWorktree(ground, repository, name),
    worktrees: () => worktrees(ground),
    push: on(push),
    deleteBranch: on(deleteBranch),
  };
}
