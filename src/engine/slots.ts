/** Gives a place back; twice is once. */
export type Release = () => void;

export type Slots = {
  readonly count: number;
  /** A place for an agent, in order of asking; undefined when none came free within `patience` milliseconds. */
  readonly take: (patience: number) => Promise<Release | undefined>;
};

/** Places for agents at once on this worker: an attempt holds one from its claim until its agent has ended. */
export const createSlots = (count: number): Slots => {
  let free = count;
  const waiting: ((release: Release) => void)[] = [];
  const grant = (): Release => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next(grant());
    };
  };
  return {
    count,
    take: async (patience) => {
      if (free > 0) {
        free -= 1;
        return grant();
      }
      return new Promise((resolve) => {
        const granted = (release: Release): void => {
          clearTimeout(timer);
          resolve(release);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(granted), 1);
          resolve(undefined);
        }, patience);
        waiting.push(granted);
      });
    },
  };
};
