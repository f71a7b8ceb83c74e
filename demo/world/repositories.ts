import { join } from 'node:path';
import { githubTime } from './clock.ts';
import type { Emulated } from './emulated.ts';
import { createBare } from './git/bare.ts';
import type { Hub } from './hub.ts';
import type { Account, Json, Repo } from './state.ts';
import type { RepositoryOptions } from './world.ts';

/** Where repositories live: the emulated GitHub has their description, a folder their commits. */
export type Housing = {
  readonly emulated: Emulated;
  /** Of somebody who may see and rename every repository. */
  readonly authorization: string;
  readonly owner: Account;
  readonly folder: string;
};

/** What the emulated GitHub says about a repository, with what it leaves out. */
const describe = async ({ emulated, authorization, owner }: Housing, name: string): Promise<Json> => {
  const { status, body } = await emulated.ask('GET', `/repos/${owner.login}/${name}`, authorization);
  if (status !== 200) throw new Error(`the emulated GitHub has no ${owner.login}/${name}`);
  return {
    ...body,
    owner: owner.json,
    created_at: githubTime(),
    updated_at: githubTime(),
    subscribers_count: 0,
    network_count: 0,
    web_commit_signoff_required: false,
  };
};

/** A repository that the emulated GitHub knows already, with its first commit. */
export const createRepo = async (housing: Housing, options: RepositoryOptions): Promise<Repo> => {
  const json = await describe(housing, options.name);
  const defaultBranch = options.defaultBranch ?? 'main';
  // Named by number: names change hands, and a new repository may take an old one's.
  const git = await createBare(join(housing.folder, `${Number(json['id'])}.git`), defaultBranch);
  if (options.files !== undefined && Object.keys(options.files).length > 0) {
    const first = await git.commitFiles(undefined, options.files, 'Begin');
    await git.setRef(`refs/heads/${defaultBranch}`, first, '');
  }
  return {
    id: Number(json['id']),
    owner: housing.owner.login,
    name: options.name,
    private: options.private ?? false,
    defaultBranch,
    json,
    git,
    issues: new Map(),
    deleted: new Set(),
    comments: new Map(),
    labels: [],
    checks: new Map(),
    heads: await git.heads(),
    pushedAt: githubTime(),
  };
};

/** Gives a repository another name. Under the old one GitHub leads to the new one, until somebody else takes it. */
export const renameRepo = async (hub: Hub, housing: Housing, repo: Repo, name: string): Promise<void> => {
  const { emulated, authorization, owner } = housing;
  const { status } = await emulated.ask('PATCH', `/repos/${owner.login}/${repo.name}`, authorization, { name });
  if (status !== 200) throw new Error(`${repo.name} cannot be called ${name}`);
  const before = `${owner.login}/${repo.name}`.toLowerCase();
  hub.repos.delete(before);
  hub.moved.set(before, repo);
  repo.name = name;
  repo.json = await describe(housing, name);
  hub.repos.set(`${owner.login}/${name}`.toLowerCase(), repo);
};
