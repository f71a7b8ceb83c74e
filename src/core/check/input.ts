import type { BaseTree, Claim, ItemText, PlanText } from '#core/types.ts';

/** A reference in Depends on that can be no issue of the plan, such as `owner/name#12`. */
type Foreign = { readonly text: string; readonly line: number };

/** An item as read. What only reading knows besides is used where it is there: lines of references, sizes of sections. */
export type CheckableItem = ItemText & {
  readonly places?: { readonly dependsOn: Readonly<Record<number, number>>; readonly plan?: number };
  readonly foreign?: readonly Foreign[];
  readonly weight?: { readonly contracts: number; readonly work: number };
};

export type CheckablePlan = PlanText & {
  readonly places?: {
    readonly items: Readonly<Record<number, number>>;
    readonly mergeOrder: Readonly<Record<number, number>>;
  };
};

/** Everything that the check of a plan looks at. What is absent is not known, and not checked against. */
export type CheckInput = {
  readonly items: readonly CheckableItem[];
  readonly plan?: CheckablePlan;
  /** The base tree; `read['.env.example']` when it is there. */
  readonly tree?: BaseTree;
  /** Scopes of other plans that run in this repository. */
  readonly claims?: readonly Claim[];
  /** GitHub's own "blocked by" of each item. */
  readonly native?: ReadonlyMap<number, readonly number[]>;
  /** Issues outside the plan that items depend on, as far as they exist. */
  readonly elsewhere?: readonly { readonly issue: number; readonly open: boolean }[];
  /** Protected patterns that the repository's configuration lets items own, and those that it adds. */
  readonly protectedAllow?: readonly string[];
  readonly protectedAdd?: readonly string[];
};
