import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Repository } from '#core/types.ts';
import { type AppOptions, systemTimer, type Timer } from './app-options.ts';
import { createClient } from './client.ts';
import { createJwtSigner } from './jwt.ts';

/** A token is not handed out any more this long before it expires: what uses it must have time to finish. */
const SPARE_MS = 5 * 60_000;

const minted = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) });

/** A client that speaks as the app itself, by its key; it can say who the app is and mint tokens. */
export function createAppClient(options: AppOptions): Octokit {
  const clock = options.clock ?? systemTimer;
  const createJwt = createJwtSigner(options.privateKey, clock.now);
  const log = { warn: (sentence: string) => options.log.warn({}, sentence) };
  return createClient({ ...options, clock }, createAppAuth({ appId: options.appId, createJwt, log }).hook);
}

/** A token, or the wait for it; `until` is when it is no longer handed out, milliseconds since 1970. */
type Entry = { token: Promise<string>; until: number };

/** Keeps what was minted until shortly before it expires; who asks while it is being minted waits for the same one. */
export class TokenCache {
  readonly #clock: Timer;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Timer) {
    this.#clock = clock;
  }

  get(key: string, mint: () => Promise<unknown>): Promise<string> {
    const known = this.#entries.get(key);
    if (known !== undefined && known.until > this.#clock.now()) return known.token;
    const entry: Entry = { token: Promise.resolve(''), until: Number.POSITIVE_INFINITY };
    entry.token = mint()
      .then((answer) => {
        const { token, expires_at } = minted.parse(answer);
        entry.until = Date.parse(expires_at) - SPARE_MS;
        return token;
      })
      .catch((error: unknown) => {
        this.forget(key);
        throw error;
      });
    this.#entries.set(key, entry);
    return entry.token;
  }

  /** The next one who asks gets a new token: GitHub refused this one, or there is none. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}

/**
 * Tokens for git's pushes and fetches: each good for one repository and its contents only, so that one that leaks
 * reaches nothing else. Throws when GitHub does not answer, or the app is not installed there any more.
 */
export function createGitTokens(options: AppOptions): (repository: Repository) => Promise<string> {
  const client = createAppClient(options);
  const cache = new TokenCache(options.clock ?? systemTimer);
  return (repository) =>
    cache.get(`${repository.installation}-${repository.id}`, async () => {
      const answer = await client.rest.apps.createInstallationAccessToken({
        installation_id: repository.installation,
        repository_ids: [repository.id],
        permissions: { contents: 'write' },
      });
      return answer.data;
    });
}
