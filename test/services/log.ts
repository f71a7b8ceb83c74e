import type { Log } from '#engine/ports.ts';

/** A log that nobody reads. */
export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A log that keeps its sentences. */
export const listening = (): Log & { readonly said: string[] } => {
  const said: string[] = [];
  const say = (_: Record<string, unknown>, sentence: string) => said.push(sentence);
  return { said, info: say, warn: say, error: say };
};
