import type { Log } from '#engine/ports.ts';

/** A log that nobody reads. */
export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A log that keeps its sentences, and the facts of each. */
export const listening = (): Log & { readonly said: string[]; readonly facts: Record<string, unknown>[] } => {
  const said: string[] = [];
  const facts: Record<string, unknown>[] = [];
  const say = (more: Record<string, unknown>, sentence: string) => {
    said.push(sentence);
    facts.push(more);
  };
  return { said, facts, info: say, warn: say, error: say };
};
