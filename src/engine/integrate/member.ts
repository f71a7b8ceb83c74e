import type { Placed } from '#core/integrate/chain-order.ts';
import type { CommandResult, Instant, Resolved, Sha } from '#core/types.ts';

/** A branch that stands for integration. `message` and `at` are those of its merge commit, so that a chain is the same when it is built again. */
export type Member = Placed & {
  readonly head: Sha;
  readonly message: string;
  readonly at: Instant;
  /** What its work began from, where that may be more than the base of the chain. */
  readonly base?: Sha;
};

/** A member merged into the chain. One whose head is contained already has the tip before it as its commit. */
export type Link = {
  readonly member: Member;
  readonly commit: Sha;
  readonly tree: Sha;
  readonly resolved: readonly Resolved[];
};

/** Why a member is out; `with` are names of members. */
export type Held =
  /** `base`: it conflicts with the base itself. `why`: what git said, where no files tell it. */
  | {
      readonly reason: 'conflict';
      readonly with: readonly string[];
      readonly base: boolean;
      readonly files: readonly string[];
      readonly why?: string;
    }
  /** Nobody in `with`: it fails alone on the base. */
  | { readonly reason: 'verify-failed'; readonly with: readonly string[]; readonly results: readonly CommandResult[] }
  | { readonly reason: 'dependency-held'; readonly with: readonly string[] };

/** What became of a member. `verification` is absent where nothing ran on its merge. */
export type Outcome =
  | (Link & { readonly verification?: readonly CommandResult[] })
  | { readonly member: Member; readonly held: Held };

export const isMerged = (outcome: Outcome): outcome is Extract<Outcome, { commit: Sha }> => 'commit' in outcome;
