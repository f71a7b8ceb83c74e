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
  return createClient(
    { ...options, clock },
    { authStrategy: createAppAuth, auth: { appId: options.appId, createJwt } },
  );
}

/** Keeps what was minted until shortly before it expires; who asks while it is being minted waits for the same one. */
export class TokenCache {
  readonly #clock: Timer;
  readonly #tokens = new Map<string, Promise<{ readonly token: string; readonly until: number }>>();

  constructor(clock: Timer) {
    this.#clock = clock;
  }

  async get(key: string, mint: () => Promise<unknown>): Promise<string> {
    const known = await this.#tokens.get(key)?.catch(() => undefined);
    if (known !== undefined && known.until > this.#clock.now()) return known.token;
    const started = mint().then((answer) => {
      const { token, expires_at } = minted.parse(answer);
      return { token, until: Date.parse(expires_at) - SPARE_MS };
    });
    this.#tokens.set(key, started);
    return (await started).token;
  }

  /** Forgets a token that GitHub refused. */
  forget(key: string): void {
    this.#tokens.delete(key);
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
