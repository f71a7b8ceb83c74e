import type { Log } from '#engine/ports.ts';

/** What one agent may make a worker write to its log on one matter; more would be a way to flood it. */
const MOST = 50;

/** A log whose warnings become fewer: after fifty of them one more says that the rest is left out. */
export function fewLines(log: Log): Pick<Log, 'warn'> {
  let count = 0;
  return {
    warn: (facts, sentence) => {
      count += 1;
      if (count <= MOST) log.warn(facts, sentence);
      if (count === MOST) log.warn({}, `More of this kind is left out: "${sentence}"`);
    },
  };
}
