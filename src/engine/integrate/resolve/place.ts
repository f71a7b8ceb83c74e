import type { Hash, Resolved, Sha } from '#core/types.ts';
import type { LeftBehind } from '#engine/integrate/left-behind.ts';
import type { MergeObjects } from '#engine/ports.ts';

/** Where a merge is resolved: a worker's bare clone and sandbox, or a person's own repository. */
export type ResolvePlace = {
  readonly objects: MergeObjects;
  /** Runs one shell command in a clean checkout of a commit, with the network of set-up commands; `keep`: the files to read back afterwards. */
  readonly run: (commit: Sha, command: string, keep: readonly string[], signal: AbortSignal) => Promise<LeftBehind>;
  /** The repository's set-up commands, for what needs its own tools; none when absent. */
  readonly setUp?: readonly string[];
  /** The ledger: a result that was had once is not computed again. Values are JSON. */
  readonly recall: (name: string) => Promise<unknown>;
  readonly record: (name: string, value: unknown) => Promise<void>;
  readonly hash: Hash;
};

/** A merge on its way: the tree so far, and what was done to it. */
export type Draft = {
  readonly tree: Sha;
  readonly resolved: readonly Resolved[];
};

/** What no rule settles; `why`: a sentence on what stopped a resolver. */
export type Unsettled = { readonly files: readonly string[]; readonly why?: string };
