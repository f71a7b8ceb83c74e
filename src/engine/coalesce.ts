/** What is asked for under one key while an answer is being worked out is answered together by the next one. */
export type Coalesced<Asked> = (
  key: string,
  asked: Asked,
  answer: (all: readonly Asked[]) => Promise<void>,
) => Promise<void>;

/**
 * One answer at a time for a key: the first who asks is answered at once; all who ask meanwhile share one further
 * answer, which begins when the first has ended and therefore sees everything that they asked about.
 */
export const coalesce = <Asked>(): Coalesced<Asked> => {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, { readonly all: Asked[]; readonly done: Promise<void> }>();
  const begin = (key: string, run: () => Promise<void>): Promise<void> => {
    const done = run().finally(() => {
      if (running.get(key) === done) running.delete(key);
    });
    running.set(key, done);
    return done;
  };
  return (key, asked, answer) => {
    // Looked at first: between the end of one answer and the beginning of the next, none is running.
    const joined = waiting.get(key);
    if (joined !== undefined) {
      joined.all.push(asked);
      return joined.done;
    }
    const current = running.get(key);
    if (current === undefined) return begin(key, () => answer([asked]));
    const all = [asked];
    // Whether the one before went well or not says nothing about the next.
    const done = current
      .catch(() => undefined)
      .then(() => {
        waiting.delete(key);
        return begin(key, () => answer(all));
      });
    waiting.set(key, { all, done });
    return done;
  };
};
