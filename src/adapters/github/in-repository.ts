import type { Octokit } from '@octokit/rest';
import type { Repository } from '#core/types.ts';
import type { Authenticate } from './client.ts';
import { failureOf } from './failure.ts';
import type { TokenCache } from './tokens.ts';

/** A token for one repository, by its number: one that took the name of a deleted or transferred one stays out of reach. */
async function mint(app: Octokit, repository: Repository): Promise<unknown> {
  const asked = { installation_id: repository.installation, repository_ids: [repository.id] };
  try {
    return (await app.rest.apps.createInstallationAccessToken(asked)).data;
  } catch (cause) {
    const failure = failureOf(cause);
    if (failure === undefined || failure.status >= 500) throw cause;
    const gone = new Error(`The app has no access to repository ${repository.id}: ${failure.sentence}`, { cause });
    // 422: the installation is there, the repository is not in it. Anything else says nothing about the repository.
    throw failure.status === 422 ? Object.assign(gone, { status: 404 }) : gone;
  }
}

/**
 * Gives each request a token for the repository and nothing else. A 401 means that nothing was done and that the token
 * is dead (revoked, permissions changed): one new one is tried.
 */
export function inRepository(app: Octokit, cache: TokenCache, repository: Repository): Authenticate {
  const key = `${repository.installation}-${repository.id}`;
  return async (send, request) => {
    const withToken = async () => {
      const authorization = `token ${await cache.get(key, () => mint(app, repository))}`;
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
