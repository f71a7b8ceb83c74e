import type { Policy } from '#core/types.ts';

/** What the command line says besides the members. `timeout` in minutes; `after` as written, `A:B`. */
export type IntegrateOptions = {
  readonly json?: boolean;
  readonly repo?: string;
  readonly base: string;
  readonly into: string;
  readonly verify?: string;
  readonly sandbox?: boolean;
  readonly policy: Policy;
  readonly after: readonly string[];
  readonly timeout?: number;
  readonly again?: boolean;
};

/** Why it cannot be asked: a sentence that says what to do (exit 2). */
export type Unaskable = { readonly unaskable: string };
