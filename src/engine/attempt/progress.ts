import type { Progress } from '#core/types.ts';
import type { Running } from '#engine/attempt.ts';
import { turn } from '#engine/turn.ts';

/** Least time between two facts on what one agent does, milliseconds. */
const EVERY = 10_000;

/** Tells the plan what an agent does: the first at once, then the newest every ten seconds. `close` ends it. */
export const tellProgress = (
  running: Running,
): { readonly seen: (news: Progress) => void; readonly close: () => void } => {
  let newest: Progress | undefined;
  let count = 0;
  let over = false;
  let pause: NodeJS.Timeout | undefined;
  const tell = async (doing: Progress): Promise<void> => {
    const { ports, plan, item, attempt, claim, name } = running;
    count += 1;
    const id = `${name}-doing-${claim}-${count}`;
    const fact = { id, at: ports.clock.now(), item: item.issue, attempt, claim, doing };
    // Only for people to see: a store that does not answer is no reason to end the work.
    await turn(ports, plan.id, { kind: 'attempt-progressed', ...fact }).catch((error: unknown) =>
      ports.log.warn({ plan: plan.issue, item: item.issue, error }, 'What an agent does could not be told.'),
    );
  };
  const next = (): void => {
    pause = undefined;
    if (newest === undefined) return;
    const doing = newest;
    newest = undefined;
    pause = setTimeout(next, EVERY);
    void tell(doing);
  };
  return {
    seen: (news) => {
      if (over) return;
      newest = news;
      if (pause === undefined) next();
    },
    close: () => {
      over = true;
      clearTimeout(pause);
    },
  };
};
