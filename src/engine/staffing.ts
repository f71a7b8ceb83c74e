import type { BaseTree, Conventions, Repository, Role, Settings, Staffing } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';

/** Definitions of roles that are read; more is no folder of roles. */
const MOST_ROLES = 100;
/** Characters of a style guide that are shown to agents. */
const LONGEST_GUIDE = 20_000;
/** Where agents and people look for the conventions of a repository. */
const USUAL = ['AGENTS.md', 'CLAUDE.md', 'CONTRIBUTING.md', '.github/CONTRIBUTING.md', 'docs/CONTRIBUTING.md'];

/** Who can work on items: what keeps each wanted agent from running on this machine, and the roles at the base commit. */
export const staffing = async (
  ports: Ports,
  repository: Repository,
  base: BaseTree | undefined,
  settings: Settings,
  wanted: readonly (string | undefined)[],
): Promise<Staffing> => {
  const defaultAgent = ports.agents.offered[0];
  const names = [...new Set(wanted.map((name) => name ?? defaultAgent))].filter((name) => name !== undefined);
  const [agents, roles] = await Promise.all([
    Promise.all(names.map(async (name) => [name, await ports.agents.problems(name)] as const)),
    rolesAt(ports, repository, base, settings.rolesDir),
  ]);
  return { agents: Object.fromEntries(agents), ...roles, ...(defaultAgent === undefined ? {} : { defaultAgent }) };
};

const rolesAt = async (
  ports: Ports,
  repository: Repository,
  base: BaseTree | undefined,
  folder: string | undefined,
): Promise<Pick<Staffing, 'roles' | 'roleProblems'>> => {
  if (base === undefined || folder === undefined) return { roles: [], roleProblems: [] };
  const below = `${folder.replace(/\/+$/, '')}/`;
  const paths = [...base.paths].filter((path) => path.startsWith(below) && path.endsWith('.md')).slice(0, MOST_ROLES);
  const texts = await ports.git.texts(repository, base.sha, paths);
  const read = [...texts].map(([path, text]) => ports.readRole(path, text));
  return {
    roles: read.flatMap((one): readonly Role[] => ('role' in one ? [one.role] : [])),
    roleProblems: read.flatMap((one) => ('problems' in one ? one.problems : [])),
  };
};

/** What agents are told of the repository's conventions: its style guide, or where they stand; undefined without any. */
export const conventions = async (
  ports: Ports,
  repository: Repository,
  base: BaseTree | undefined,
  guide: string | undefined,
): Promise<Conventions | undefined> => {
  if (base === undefined) return undefined;
  const paths = USUAL.filter((path) => base.paths.has(path));
  const text = guide === undefined ? undefined : await ports.git.read(repository, base.sha, guide);
  if (guide === undefined || text === undefined) return paths.length === 0 ? undefined : { paths };
  return { paths, guide: { path: guide, text: text.slice(0, LONGEST_GUIDE) } };
};
