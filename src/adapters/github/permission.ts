import type { Octokit } from '@octokit/rest';
import type { Permission } from '#core/types.ts';
import type { GitHub, Log } from '#engine/ports.ts';
import * as answers from './answers.ts';
import { place } from './place.ts';
import { RateLimited } from './rate-limited.ts';

const KNOWN: readonly Permission[] = ['admin', 'maintain', 'write', 'triage', 'read', 'none'];

/**
 * What a person may do in a repository. An error is a no. Only when GitHub wants silence is there no answer at all:
 * then it throws, and nobody is told "you may not" because of our own haste.
 */
export function createPermission(octokit: Octokit, log: Log): GitHub['permission'] {
  return async (repository, login) => {
    // An app that writes in a repository is no person who may command (safety, row 3); people's names hold no brackets.
    if (login.endsWith('[bot]')) return 'none';
    try {
      const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({
        ...place(repository),
        username: login,
      });
      const read = answers.understand(answers.permission, data, `the permission of ${login}`);
      // A role that an organisation defined itself has a name of its own; `permission` says what it amounts to.
      return KNOWN.find((one) => one === read.role_name) ?? KNOWN.find((one) => one === read.permission) ?? 'none';
    } catch (cause) {
      if (cause instanceof RateLimited) throw cause;
      log.warn({ login, repository: repository.id, cause: String(cause) }, 'The permission could not be read: none');
      return 'none';
    }
  };
}
