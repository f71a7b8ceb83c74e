/** The options of `forkjoin check` as they are typed. */
export type CheckOptions = {
  readonly json?: boolean;
  readonly plan?: string;
  readonly repo?: string;
  readonly base?: string;
};
