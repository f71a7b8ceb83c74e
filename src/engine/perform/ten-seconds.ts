/**
 * When the ten seconds of an instant are over, with a second for facts of their end to be saved: all that is asked for
 * within them is done together. Milliseconds since 1970.
 */
export const endOf = (since: string): number => Math.floor(Date.parse(since) / 10_000) * 10_000 + 11_000;
