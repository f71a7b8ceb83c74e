import type { Log } from '#engine/ports.ts';

/** Time as this room needs it: tokens expire, retries wait. */
export type Timer = {
  /** Milliseconds since 1970. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
};

/** What is needed to speak to GitHub as the app. */
export type AppOptions = {
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server; no slash at the end. */
  readonly apiUrl: string;
  /** The app's number, or its client id. */
  readonly appId: number | string;
  /** PEM, PKCS#1 or PKCS#8; `\n` may stand for line breaks, as in a one-line environment variable. */
  readonly privateKey: string;
  readonly log: Log;
  readonly clock?: Timer;
};

export const systemTimer: Timer = {
  now: () => Date.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
