import type { Closed, Item, Plan } from '#core/types.ts';

/** What a report needs beside the plan: where people see it, and what the steps would give an agent. */
export type Page = {
  /** Where people see GitHub, without a trailing slash. */
  readonly serverUrl: string;
  /** The prompt that an agent would be given now, to the letter. */
  readonly prompt: (plan: Plan, item: Item) => string;
  /** The agent of items for which nobody names one. */
  readonly defaultAgent: string | undefined;
  /** Why no agent starts for now. */
  readonly closed?: Closed | undefined;
  /** Models that the plan uses and that have no price. */
  readonly unpriced?: readonly string[] | undefined;
  /** What holds agents on this worker. */
  readonly containment?: 'bubblewrap' | 'container' | 'none' | undefined;
};
