import type { Timer } from './app-options.ts';
import type { Failure } from './failure.ts';

/** GitHub wants silence: nothing was done, and nothing may be asked for `retryAfterMs` milliseconds. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, options?: ErrorOptions) {
    super(`GitHub limits our requests: silence for ${Math.ceil(retryAfterMs / 1000)} s`, options);
    this.retryAfterMs = retryAfterMs;
  }
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Whether a refusal is about the rate, not about rights: both come as 403. */
function aboutRate(failure: Failure): boolean {
  if (failure.status === 429) return true;
  if (failure.status !== 403) return false;
  if (failure.headers['retry-after'] !== undefined || failure.headers['x-ratelimit-remaining'] === '0') return true;
  return /rate limit|abuse detection/i.test(failure.sentence);
}

/**
 * Milliseconds of silence that a refusal asks for: `retry-after`, else until the window resets, else a minute, doubled
 * with each refusal in a row (GitHub's "Best practices for using the REST API"). GitHub's times are compared with GitHub's clock only.
 */
function silence(failure: Failure, strikes: number): number {
  const seconds = Number(failure.headers['retry-after']);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.max(seconds * 1000, 1000);
  const reset = Number(failure.headers['x-ratelimit-reset']) * 1000;
  const said = Date.parse(failure.headers['date'] ?? '');
  if (failure.headers['x-ratelimit-remaining'] === '0' && reset > said) return reset - said + 1000;
  return Math.min(MINUTE * 2 ** strikes, HOUR);
}

/** Remembers, for one installation, how long GitHub wants silence, and keeps it. */
export class Silence {
  #until = 0;
  #strikes = 0;
  readonly #clock: Timer;

  constructor(clock: Timer) {
    this.#clock = clock;
  }

  /** Throws `RateLimited` while the silence lasts, so that no request goes out. */
  keep(): void {
    const left = this.#until - this.#clock.now();
    if (left > 0) throw new RateLimited(left);
  }

  /** An answer came: the next refusal is the first in a row again. */
  over(): void {
    this.#strikes = 0;
  }

  /** The error to throw for a refusal that is about the rate; undefined for any other. */
  heard(failure: Failure, cause: unknown): RateLimited | undefined {
    if (!aboutRate(failure)) return undefined;
    const wait = silence(failure, this.#strikes);
    this.#strikes += 1;
    this.#until = Math.max(this.#until, this.#clock.now() + wait);
    return new RateLimited(wait, { cause });
  }
}
