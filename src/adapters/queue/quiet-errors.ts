import type { Log } from '#engine/ports.ts';

/** How long a repeated error is not said again, milliseconds. */
const QUIET = 30_000;

/** Logs errors of connections that are retried anyway, each sentence at most twice a minute: many queues lose one database together. */
export const quietErrors = (log: Log, who: string): ((error: Error) => void) => {
  const said = new Map<string, number>();
  return (error) => {
    const now = performance.now();
    if (now - (said.get(error.message) ?? -QUIET) < QUIET) return;
    if (said.size > 100) said.clear();
    said.set(error.message, now);
    log.warn({ error: error.message }, `${who} met an error of the database; it is tried again`);
  };
};
