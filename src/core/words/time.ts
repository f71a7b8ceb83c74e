import type { Instant } from '#core/types.ts';

/** `3 s`, `4 min 10 s`, `2 h 5 min`. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
};

/** Seconds between two instants. */
export const secondsBetween = (from: Instant, to: Instant): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** `$0.42`; an empty text when no agent told a cost. */
export const dollars = (cost: number | undefined): string =>
  cost === undefined ? '' : `$${cost.toFixed(cost < 0.1 ? 3 : 2)}`;
