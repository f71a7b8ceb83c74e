import type { FleetPause } from '#core/types.ts';

/** Without a word from the provider: 15 s, then twice as long each time, up to five minutes. Milliseconds. */
const FIRST = 15_000;
const LONGEST_GUESS = 5 * 60_000;
/** A word of the provider is believed up to a day. */
const LONGEST = 24 * 60 * 60_000;
/** … and "at once" is not: whoever was refused waits a second. */
const SHORTEST = 1_000;
/** A pause that begins this long after the last one ended is a first one again. */
const FORGOTTEN = 10 * 60_000;

/** A refusal for being too many. Instants are milliseconds since 1970; `wait` in milliseconds, where the provider said it. */
export type Refused = {
  readonly provider: string;
  readonly status: number;
  readonly wait: number | undefined;
  readonly sent: number;
  readonly now: number;
};

/** Begin and end of the pause that follows a refusal, and how many came in a row; times in milliseconds since 1970. */
export type Pause = Pick<FleetPause, 'provider' | 'status' | 'strikes'> & {
  readonly since: number;
  readonly until: number;
};

/**
 * The pause after a refusal. Requests that were under way when the last pause began tell nothing new by being refused
 * too: they may lengthen it by the provider's word, and do not count as another strike.
 */
export const pauseAfter = (last: Pause | undefined, { provider, status, wait, sent, now }: Refused): Pause => {
  const same = last !== undefined && sent < last.since;
  const remembered = last !== undefined && now < last.until + FORGOTTEN ? last.strikes : 0;
  const strikes = same ? last.strikes : remembered + 1;
  const guess = Math.min(FIRST * 2 ** (strikes - 1), LONGEST_GUESS);
  const until = now + Math.min(Math.max(wait ?? (same ? 0 : guess), SHORTEST), LONGEST);
  // A shorter word shortens no pause, and does not stand for it.
  if (last !== undefined && now < last.until)
    return last.until >= until ? { ...last, strikes } : { provider, status, strikes, since: last.since, until };
  return { provider, status, strikes, since: now, until };
};
