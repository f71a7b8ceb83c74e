import type { Octokit } from '@octokit/rest';
import { failureOf } from './failure.ts';
import type { Request, Send } from './request.ts';
import type { TokenCache } from './tokens.ts';

/**
 * An Octokit authentication strategy: each request carries the installation's current token. A 401 means that nothing
 * was done and that the token is dead (permissions changed, clock wrong): one new one is tried.
 */
export function installationAuth(app: Octokit, cache: TokenCache, installation: number) {
  const key = String(installation);
  const token = () =>
    cache.get(key, async () => {
      const answer = await app.rest.apps.createInstallationAccessToken({ installation_id: installation });
      return answer.data;
    });
  const send = async (next: Send, request: Request) => {
    request.headers.authorization = `token ${await token()}`;
    return next(request);
  };
  return () => ({
    hook: async (next: Send, request: Request) => {
      try {
        return await send(next, request);
      } catch (error) {
        if (failureOf(error)?.status !== 401) throw error;
        cache.forget(key);
        return send(next, request);
      }
    },
  });
}
