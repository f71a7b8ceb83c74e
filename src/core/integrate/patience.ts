/** Seconds that any verification is given, however quick it was so far: a member may bring the first slow tests. */
const LEAST = 30;
/** How many times the slowest green run is still no reason to call one hanging. */
const SLOWER = 4;
/** How much longer the second run may take that decides whether a member is blamed. */
const SECOND = 2;

/** Minutes for one run, from the slowest green one seen (seconds); the first run gets what is configured, none gets more. */
export const patience = (slowest: number | undefined, configured: number, run: 'first' | 'second'): number => {
  if (slowest === undefined) return configured;
  const seconds = Math.max(LEAST, SLOWER * slowest) * (run === 'second' ? SECOND : 1);
  return Math.min(configured, Math.ceil(seconds / 6) / 10);
};
