import type { Store } from '#engine/ports.ts';

/** Changes what the ledger has under a name, from what really stands there: of two who do it at once, both are heard. */
export const revise = async <T>(
  store: Pick<Store, 'recall' | 'swap'>,
  name: string,
  change: (before: T | undefined) => T,
): Promise<T> => {
  for (;;) {
    const before = (await store.recall(name)) as T | undefined;
    const after = change(before);
    if (after === before || (await store.swap(name, before, after))) return after;
  }
};
