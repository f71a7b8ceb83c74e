/** Things by name, each made when it is first asked for. A making that failed is forgotten, so that the next asker tries anew. */
export const oncePerName = <T>(make: (name: string) => Promise<T>) => {
  const made = new Map<string, Promise<T>>();
  return {
    get(name: string): Promise<T> {
      const known = made.get(name);
      if (known) return known;
      const making = make(name);
      made.set(name, making);
      making.catch(() => made.delete(name));
      return making;
    },
    /** Those that are there; those still in the making are waited for. */
    async all(): Promise<readonly T[]> {
      const settled = await Promise.allSettled(made.values());
      return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    },
  };
};
