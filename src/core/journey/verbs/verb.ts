import type { Effect, Fact, Hash, Item, Plan } from '#core/types.ts';

/** A `/parallel` line with all that is needed to decide on it. */
export type Commanded = Extract<Fact, { readonly kind: 'commanded' }>;

/** Carried out, with the plan after it; or refused, with a sentence for the person. */
export type Answer = { readonly plan: Plan; readonly effects?: readonly Effect[] } | { readonly refused: string };

/** One verb: what it does to the plan, for the items that it is about. */
export type Verb = (plan: Plan, fact: Commanded, items: readonly Item[], hash: Hash) => Answer;
