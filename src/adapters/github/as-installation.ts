import type { Octokit } from '@octokit/rest';
import type { Authenticate } from './client.ts';
import { failureOf } from './failure.ts';
import type { TokenCache } from './tokens.ts';

/**
 * Gives each request the installation's current token. A 401 means that nothing was done and that the token is dead
 * (revoked, permissions changed): one new one is tried.
 */
export function asInstallation(app: Octokit, cache: TokenCache, installation: number): Authenticate {
  const key = String(installation);
  const token = () =>
    cache.get(key, async () => {
      try {
        return (await app.rest.apps.createInstallationAccessToken({ installation_id: installation })).data;
      } catch (cause) {
        const failure = failureOf(cause);
        if (failure === undefined || failure.status >= 500) throw cause;
        // Without a status: else "no such installation" would read as "no such issue".
        throw new Error(`The app has no access to installation ${installation}: ${failure.sentence}`, { cause });
      }
    });
  return async (send, request) => {
    const withToken = async () => {
      const authorization = `token ${await token()}`;
      return send({ ...request, headers: { ...request.headers, authorization } });
    };
    try {
      return await withToken();
    } catch (error) {
      if (failureOf(error)?.status !== 401) throw error;
      cache.forget(key);
      return withToken();
    }
  };
}
