import type { CommandResult, Hash, Repository, Sha } from '#core/types.ts';
import type { Held, Member } from '#engine/integrate/member.ts';
import type { ResolvePlace } from '#engine/integrate/resolve/place.ts';
import type { Git } from '#engine/ports.ts';

/** What happens while a chain is built, for the person who waits. */
export type Happening =
  | { readonly kind: 'merged'; readonly member: Member }
  | { readonly kind: 'held'; readonly member: Member; readonly held: Held }
  /** A resolver's command, which may take as long as a registry takes to answer. */
  | { readonly kind: 'resolving'; readonly command: string }
  /** `of`: the last member in what is verified; absent for the base alone. `beside`: only these are in it besides. */
  | {
      readonly kind: 'verifying';
      readonly of?: Member;
      readonly beside?: readonly string[];
      readonly run: 'first' | 'second';
    }
  | {
      readonly kind: 'verified';
      readonly of?: Member;
      readonly beside?: readonly string[];
      readonly results: readonly CommandResult[];
      /** Known from an earlier time, nothing ran. */
      readonly known: boolean;
    };

/** How a commit is verified here. */
export type Verifier = {
  /** What the result depends on besides the tree: commands and where they run. Part of the name it is kept under. */
  readonly key: string;
  /** Minutes that a command may take when nothing is known yet. */
  readonly minutes: number;
  /** As many at once. */
  readonly slots: number;
  /** Try again what failed before: a person asks. */
  readonly again: boolean;
  /** Runs the commands on a clean checkout of a commit until one fails. Throws when they could not be asked, and on abort. */
  readonly run: (commit: Sha, minutes: number, signal: AbortSignal) => Promise<readonly CommandResult[]>;
};

/** Where a chain is built: in a worker's bare clone, or beside a person's own repository. */
export type Site = {
  readonly git: Pick<
    Git,
    'merge' | 'pairs' | 'objects' | 'chainRecord' | 'version' | 'parents' | 'message' | 'isAncestor'
  >;
  readonly repository: Repository;
  /** Absent: nothing is verified. */
  readonly verifier?: Verifier;
  readonly resolvers: ResolvePlace;
  /** The ledger: what was computed once is not computed again. */
  readonly recall: (name: string) => Promise<unknown>;
  readonly record: (name: string, value: unknown) => Promise<void>;
  readonly hash: Hash;
  readonly signal: AbortSignal;
  readonly tell: (happening: Happening) => void;
};
