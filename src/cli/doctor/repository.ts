import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Settings } from '#core/types.ts';
import { REPOSITORY_FILE, readRepository } from '../../config/repository.ts';
import { readRole } from '../../config/role.ts';
import type { Configuration } from '../../config.ts';
import { type Finding, failing, fine } from './finding.ts';

/** Definitions of roles that are read, as the app reads them. */
const MOST_ROLES = 100;

/**
 * Asked in a checkout of a repository that has settings for the app: are they and its roles sound, and are the agents that
 * they name on offer here? Nothing where there are none.
 */
export const checkRepository = async ({ operator }: Configuration, cwd: string): Promise<readonly Finding[]> => {
  const root = rootOf(cwd);
  if (root === undefined) return [];
  const { settings, problems } = readRepository(await readFile(join(root, REPOSITORY_FILE), 'utf8'));
  const offered = Object.keys(operator.agents);
  const strangers = [...new Set([settings.agent, ...(settings.agents ?? [])])]
    .filter((name) => name !== undefined && !offered.includes(name))
    .map(
      (name) =>
        `${REPOSITORY_FILE} names the agent "${name}", and there is none here; on offer: ${offered.join(', ')}.`,
    );
  const wrong = [...problems, ...strangers, ...(await rolesIn(root, settings))];
  return wrong.length === 0
    ? [fine('repository', `${REPOSITORY_FILE} and its roles are read without a problem`)]
    : wrong.map((problem) =>
        failing('repository', problem, 'Mend it on the default branch: items are worked on as it stands there'),
      );
};

/** The nearest folder upwards with settings; not beyond the checkout. */
const rootOf = (folder: string): string | undefined => {
  if (existsSync(join(folder, REPOSITORY_FILE))) return folder;
  const above = dirname(folder);
  return above === folder || existsSync(join(folder, '.git')) ? undefined : rootOf(above);
};

const rolesIn = async (root: string, { rolesDir }: Settings): Promise<readonly string[]> => {
  if (rolesDir === undefined) return [];
  const folder = rolesDir.replace(/\/+$/, '');
  const names = await readdir(join(root, folder), { recursive: true }).catch(() => undefined);
  if (names === undefined) return [`roles_dir of ${REPOSITORY_FILE} is "${rolesDir}", which is no folder.`];
  const files = names
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .slice(0, MOST_ROLES);
  const read = files.map(async (name) => {
    const path = `${folder}/${name}`;
    const role = readRole(path, await readFile(join(root, path), 'utf8'));
    return 'problems' in role ? role.problems : [];
  });
  return (await Promise.all(read)).flat();
};
