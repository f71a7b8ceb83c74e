import { createHash } from 'node:crypto';
import { type Annex, LOCAL } from '#adapters/git/annex.ts';
import { GitFailure } from '#adapters/git/git.ts';
import type { Sha } from '#core/types.ts';
import { inCheckout } from '#engine/integrate/checked-out.ts';
import { leftBehind } from '#engine/integrate/left-behind.ts';
import type { Happening, Site, Verifier } from '#engine/integrate/site.ts';
import type { IntegrateOptions } from './options.ts';
import type { Results } from './results.ts';
import type { Runner } from './runner.ts';

/** What a local chain is built with. */
export type Workbench = {
  readonly annex: Annex;
  readonly runner: Runner;
  readonly results: Results;
  readonly signal: AbortSignal;
  readonly tell: (happening: Happening) => void;
};

/** A local repository as the place where a chain is built; `unreadable` is told heads that git cannot read. */
export const localSite = async (
  bench: Workbench,
  options: IntegrateOptions,
  unreadable: (head: Sha, why: string) => void,
): Promise<Site> => {
  const { annex, runner, signal, tell } = bench;
  const { git } = annex;
  const { recall, record } = bench.results;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const verifier = verifierOf(bench, options);
  return {
    git: { ...git, merge: tolerant(git.merge, unreadable) },
    repository: LOCAL,
    ...(verifier === undefined ? {} : { verifier }),
    resolvers: {
      objects: await git.objects(LOCAL),
      run: (commit, command, keep, stop) =>
        leftBehind(
          git,
          LOCAL,
          { name: newName(commit), commit, keep },
          (worktree) => {
            tell({ kind: 'resolving', command });
            return runner.run(worktree, command, { minutes: runner.minutes, network: true }, stop);
          },
          stop,
        ),
      recall,
      record,
      hash,
    },
    recall,
    record,
    hash,
    signal,
    tell,
  };
};

const verifierOf = (bench: Workbench, { verify, again = false }: IntegrateOptions): Verifier | undefined => {
  if (verify === undefined) return undefined;
  const { kind, minutes, slots, run } = bench.runner;
  return {
    key: JSON.stringify([kind, verify]),
    minutes,
    slots,
    again,
    run: (commit, most, signal) =>
      inCheckout(bench.annex.git, LOCAL, { name: newName(commit), commit }, async (worktree) => {
        const result = await run(worktree, verify, { minutes: most, network: false }, signal);
        signal.throwIfAborted();
        return [result];
      }),
  };
};

let worktrees = 0;

/** One commit may stand in several worktrees at a time. */
const newName = (commit: Sha): string => {
  worktrees += 1;
  return `${worktrees}-${commit.slice(0, 12)}`;
};

/** A head that git cannot read is that member's trouble, and no reason to give up the others. */
const tolerant =
  (merge: Site['git']['merge'], unreadable: (head: Sha, why: string) => void): Site['git']['merge'] =>
  async (repository, into, head, message, at) => {
    try {
      return await merge(repository, into, head, message, at);
    } catch (failure) {
      const broken = failure instanceof GitFailure && (failure.status === 1 || failure.status === 128);
      if (!broken || /No space left|Disk quota/i.test(failure.errors)) throw failure;
      unreadable(head, failure.message);
      return { clean: false, files: [], why: failure.message };
    }
  };
