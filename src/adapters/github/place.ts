import type { Repository } from '#core/types.ts';

/** The parameters that every request about a repository carries; the number is what redirects are held against. */
export const place = (repository: Repository) => ({
  owner: repository.owner,
  repo: repository.name,
  request: { repositoryId: repository.id },
});
