import type { BaseTree, Repository, Sha } from '#core/types.ts';
import { emptyRepository, noDefaultBranch } from '#core/words/branches.ts';
import type { Git, Ports } from '#engine/ports.ts';

/** Files of the base tree whose text the check and the settings want. */
const READ = ['.env.example', '.github/parallel.yml'];

/** Trees kept in memory: a commit's tree never changes, and looks come in bursts. */
const KEPT = 8;
const trees = new WeakMap<Git, Map<string, Promise<BaseTree>>>();

/** The tree of the default branch as it stands now; or the sentence that says why there is none. */
export const baseTree = async (
  ports: Ports,
  repository: Repository,
  branch: string,
): Promise<BaseTree | { readonly missing: string }> => {
  await ports.git.fetch(repository);
  const sha = await ports.git.head(repository, branch);
  if (sha !== undefined) return treeAt(ports.git, repository, sha);
  const any = await ports.git.branches(repository, '');
  return { missing: any.length === 0 ? emptyRepository(branch) : noDefaultBranch(branch) };
};

const treeAt = (git: Git, repository: Repository, sha: Sha): Promise<BaseTree> => {
  const kept = trees.get(git) ?? new Map<string, Promise<BaseTree>>();
  trees.set(git, kept);
  const key = `${repository.id}-${sha}`;
  const known = kept.get(key) ?? readTree(git, repository, sha);
  kept.delete(key);
  kept.set(key, known);
  known.catch(() => kept.delete(key));
  for (const oldest of [...kept.keys()].slice(0, -KEPT)) kept.delete(oldest);
  return known;
};

const readTree = async (git: Git, repository: Repository, sha: Sha): Promise<BaseTree> => {
  const paths = new Set(await git.paths(repository, sha));
  const texts = await Promise.all(
    READ.filter((path) => paths.has(path)).map(async (path) => [path, await git.read(repository, sha, path)] as const),
  );
  return {
    sha,
    paths,
    read: Object.fromEntries(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))),
  };
};
