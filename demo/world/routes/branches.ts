import { z } from 'zod';
import { notFound, page, Refusal } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, READ_CONTENTS, type Route, route, WRITE_CONTENTS } from '../front/route.ts';
import { commitJson, commitsOf } from '../git/commits.ts';
import { diffBetween, diffEntryJson } from '../git/diffs.ts';
import { follow, inTurn } from '../git/moves.ts';
import type { Json, Repo } from '../state.ts';
import { apiUrl, nodeId, pageUrl } from './shapes.ts';

/** The commit that `{ref}` names: a branch, a tag or a hash. GitHub says 409 for an empty repository, 422 for what it does not know. */
export const commitAt = async ({ repo, params }: At): Promise<string> => {
  if (repo.heads.size === 0) throw new Refusal(409, 'Git Repository is empty.');
  const ref = params['ref'] ?? '';
  const sha = repo.heads.get(ref) ?? (await repo.git.commit(ref.replace(/^(heads|tags)\//, 'refs/$1/')));
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  return sha;
};

const one = async (at: At) => {
  const sha = await commitAt(at);
  const [commit] = await commitsOf(at.repo, [sha], 1);
  if (commit === undefined) throw notFound();
  const files = commit.parents[0] === undefined ? [] : await diffBetween(at.repo, commit.parents[0], sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    status: 200,
    body: {
      ...commitJson(at.hub, at.repo, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: files.map((file) => diffEntryJson(at.repo, sha, file)),
    },
  };
};

const listCommits = async (at: At) => {
  const { hub, repo, url } = at;
  if (repo.heads.size === 0) throw new Refusal(409, 'Git Repository is empty.');
  const from = url.searchParams.get('sha') ?? repo.defaultBranch;
  const sha = repo.heads.get(from) ?? (await repo.git.commit(from));
  if (sha === undefined) throw notFound();
  const path = url.searchParams.get('path');
  const commits = await commitsOf(repo, [sha, ...(path === null ? [] : ['--', path])]);
  return page(
    url,
    commits.map((commit) => commitJson(hub, repo, commit)),
  );
};

const compare = async ({ hub, repo, params }: At) => {
  const [from = '', to = ''] = (params['basehead'] ?? '').split('...');
  const [base, head] = await Promise.all([from, to].map(async (name) => repo.heads.get(name) ?? repo.git.commit(name)));
  if (base === undefined || head === undefined) throw notFound();
  const common = await repo.git.mergeBase(base, head);
  if (common === undefined) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const [ahead, behind, bases, commons, files] = await Promise.all([
    commitsOf(repo, [head, `^${base}`]),
    commitsOf(repo, [base, `^${head}`]),
    commitsOf(repo, [base], 1),
    commitsOf(repo, [common], 1),
    diffBetween(repo, common, head),
  ]);
  const [baseCommit, commonCommit] = [bases[0], commons[0]];
  if (baseCommit === undefined || commonCommit === undefined) throw notFound();
  const html = `${pageUrl(repo)}/compare/${from}...${to}`;
  const status =
    base === head ? 'identical' : ahead.length === 0 ? 'behind' : behind.length === 0 ? 'ahead' : 'diverged';
  return {
    status: 200,
    body: {
      url: `${apiUrl(repo)}/compare/${from}...${to}`,
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitJson(hub, repo, baseCommit),
      merge_base_commit: commitJson(hub, repo, commonCommit),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: [...ahead].reverse().map((commit) => commitJson(hub, repo, commit)),
      files: files.map((file) => diffEntryJson(repo, head, file)),
    },
  };
};

const refJson = (repo: Repo, ref: string, sha: string): Json => ({
  ref,
  node_id: nodeId('REF', Number.parseInt(sha.slice(0, 8), 16)),
  url: `${apiUrl(repo)}/git/${ref}`,
  object: { sha, type: 'commit', url: `${apiUrl(repo)}/git/commits/${sha}` },
});

const branchOf = (params: At['params']): string => (params['ref'] ?? '').replace(/^heads\//, '');

const getRef = ({ repo, params }: At) => {
  const sha = repo.heads.get(branchOf(params));
  if (sha === undefined || !(params['ref'] ?? '').startsWith('heads/')) throw notFound();
  return { status: 200, body: refJson(repo, `refs/heads/${branchOf(params)}`, sha) };
};

const matchingRefs = ({ repo, params, url }: At) => {
  const found = [...repo.heads].filter(([branch]) => `heads/${branch}`.startsWith(params['ref'] ?? ''));
  return page(
    url,
    found.map(([branch, sha]) => refJson(repo, `refs/heads/${branch}`, sha)),
  );
};

const createRef = async ({ hub, repo, actor, body }: At) => {
  const { ref, sha } = parse(
    z.object({ ref: z.string().regex(/^refs\/[^/]+\/./), sha: z.string().min(1) }),
    body,
    'Reference',
  );
  const commit = await repo.git.commit(sha);
  if (commit === undefined) throw new Refusal(422, 'Object does not exist');
  if (!(await repo.git.setRef(ref, commit, ''))) throw new Refusal(422, 'Reference already exists');
  await follow(hub, repo, actor);
  return { status: 201, body: refJson(repo, ref, commit) };
};

const updateRef = async ({ hub, repo, actor, params, body }: At) => {
  const { sha, force } = parse(z.object({ sha: z.string().min(1), force: z.boolean().optional() }), body, 'Reference');
  const before = repo.heads.get(branchOf(params));
  const commit = await repo.git.commit(sha);
  if (before === undefined) throw new Refusal(422, 'Reference does not exist');
  if (commit === undefined) throw new Refusal(422, 'Object does not exist');
  if (force !== true && !(await repo.git.isAncestor(before, commit)))
    throw new Refusal(422, 'Update is not a fast forward');
  await repo.git.setRef(`refs/heads/${branchOf(params)}`, commit, before);
  await follow(hub, repo, actor);
  return { status: 200, body: refJson(repo, `refs/heads/${branchOf(params)}`, commit) };
};

const deleteRef = async ({ hub, repo, actor, params }: At) => {
  const before = repo.heads.get(branchOf(params));
  if (before === undefined) throw new Refusal(422, 'Reference does not exist');
  await repo.git.setRef(`refs/heads/${branchOf(params)}`, undefined, before);
  await follow(hub, repo, actor);
  return { status: 204 };
};

const branch = async ({ hub, repo, params }: At) => {
  const name = params['branch'] ?? '';
  const sha = repo.heads.get(name);
  const [commit] = sha === undefined ? [] : await commitsOf(repo, [sha], 1);
  if (commit === undefined) throw new Refusal(404, 'Branch not found');
  const self = `${apiUrl(repo)}/branches/${encodeURIComponent(name)}`;
  const protection = `${self}/protection`;
  return {
    status: 200,
    body: {
      name,
      commit: commitJson(hub, repo, commit),
      _links: { self, html: `${pageUrl(repo)}/tree/${name}` },
      protected: false,
      protection: { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
      protection_url: protection,
    },
  };
};

/** Routes of branches, references and commits: all answered from the bare repository. */
export const branchRoutes: readonly Route[] = [
  route('GET /branches', READ_CONTENTS, ({ repo, url }) =>
    page(
      url,
      [...repo.heads].map(([name, sha]) => ({
        name,
        commit: { sha, url: `${apiUrl(repo)}/commits/${sha}` },
        protected: false,
      })),
    ),
  ),
  route('GET /branches/{branch}', READ_CONTENTS, branch),
  route('GET /commits', READ_CONTENTS, listCommits),
  route('GET /commits/{ref}', READ_CONTENTS, one),
  route('GET /compare/{basehead}', READ_CONTENTS, compare),
  route('GET /git/matching-refs/{ref}', READ_CONTENTS, matchingRefs),
  route('GET /git/ref/{ref}', READ_CONTENTS, getRef),
  route('POST /git/refs', WRITE_CONTENTS, (at) => inTurn(at.repo, () => createRef(at))),
  route('PATCH /git/refs/{ref}', WRITE_CONTENTS, (at) => inTurn(at.repo, () => updateRef(at))),
  route('DELETE /git/refs/{ref}', WRITE_CONTENTS, (at) => inTurn(at.repo, () => deleteRef(at))),
];
