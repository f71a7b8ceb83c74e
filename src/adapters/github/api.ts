import type { Repository } from '#core/types.ts';
import type { GitHub } from '#engine/ports.ts';
import { type AppOptions, systemTimer } from './app-options.ts';
import { type Account, createClient, newAccount } from './client.ts';
import { createIdentity } from './identity.ts';
import { inRepository } from './in-repository.ts';
import { createIssueReads } from './issue-reads.ts';
import { createLabels } from './labels.ts';
import { createPermission } from './permission.ts';
import { createPullReads } from './pull-reads.ts';
import { createAppClient, TokenCache } from './tokens.ts';
import { createWrites } from './writes.ts';

export type GitHubOptions = AppOptions & {
  /** Takes secrets out of a text that is about to be sent. */
  readonly withhold: (text: string) => string;
};

/** The `GitHub` port over REST: a client for each repository, since each has a token of its own. */
export function createGitHub(options: GitHubOptions): (repository: Repository) => GitHub {
  const clock = options.clock ?? systemTimer;
  const app = createAppClient(options);
  const identity = createIdentity(app);
  const tokens = new TokenCache(clock);
  const accounts = new Map<number, Account>();
  const repositories = new Map<string, GitHub>();

  const create = (repository: Repository): GitHub => {
    const account = accounts.get(repository.installation) ?? newAccount(clock);
    accounts.set(repository.installation, account);
    const octokit = createClient({ ...options, clock }, inRepository(app, tokens, repository), account);
    return {
      ...createIssueReads(octokit, identity),
      ...createPullReads(octokit, identity),
      permission: createPermission(octokit, options.log),
      ...createWrites(octokit, options.withhold),
      ...createLabels(octokit),
    };
  };
  return (repository) => {
    const key = `${repository.installation}-${repository.id}`;
    const known = repositories.get(key) ?? create(repository);
    repositories.set(key, known);
    return known;
  };
}
