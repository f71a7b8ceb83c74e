import type { Repository } from '#core/types.ts';
import type { GitHub } from '#engine/ports.ts';
import { type AppOptions, systemTimer } from './app-options.ts';
import { asInstallation } from './as-installation.ts';
import { createClient } from './client.ts';
import { createIdentity } from './identity.ts';
import { createIssueReads } from './issue-reads.ts';
import { createPermission } from './permission.ts';
import { createPullReads } from './pull-reads.ts';
import { createAppClient, TokenCache } from './tokens.ts';
import { createWrites } from './writes.ts';

/** The `GitHub` port over REST. One client per installation: GitHub counts requests and wishes for silence so. */
export function createGitHub(options: AppOptions): (repository: Repository) => GitHub {
  const clock = options.clock ?? systemTimer;
  const app = createAppClient(options);
  const identity = createIdentity(app);
  const tokens = new TokenCache(clock);
  const installations = new Map<number, GitHub>();

  const create = (installation: number): GitHub => {
    const octokit = createClient({ ...options, clock }, asInstallation(app, tokens, installation));
    return {
      ...createIssueReads(octokit, identity),
      ...createPullReads(octokit, identity),
      permission: createPermission(octokit, options.log),
      ...createWrites(octokit),
    };
  };
  return ({ installation }) => {
    const known = installations.get(installation) ?? create(installation);
    installations.set(installation, known);
    return known;
  };
}
