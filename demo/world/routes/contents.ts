import { z } from 'zod';
import { notFound, Refusal } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, READ_CONTENTS, type Route, route, WRITE_CONTENTS } from '../front/route.ts';
import { commitJson, commitsOf } from '../git/commits.ts';
import { follow, inTurn } from '../git/moves.ts';
import type { Json, Repo } from '../state.ts';
import { apiUrl, pageUrl } from './shapes.ts';

type Entry = {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number;
  readonly path: string;
};

const entriesOf = async (repo: Repo, args: readonly string[]): Promise<readonly Entry[]> => {
  const listed = await repo.git.text(['ls-tree', '-z', '--long', '--full-tree', ...args]);
  return listed
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [about = '', path = ''] = line.split('\t');
      const [mode = '', type = '', sha = '', size = ''] = about.split(/ +/);
      return { mode, type, sha, size: Number(size) || 0, path };
    });
};

const typeOf = ({ mode, type }: Entry): string =>
  type === 'tree' ? 'dir' : type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';

const entryJson = (repo: Repo, ref: string, entry: Entry): Json => {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const self = `${apiUrl(repo)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${apiUrl(repo)}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`;
  const html = `${pageUrl(repo)}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${path}`;
  return {
    name: entry.path.split('/').at(-1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? `${pageUrl(repo)}/raw/${ref}/${path}` : null,
    type: typeOf(entry),
    _links: { self, git, html },
  };
};

const refAt = async ({ repo, url }: At): Promise<readonly [string, string]> => {
  const ref = url.searchParams.get('ref') ?? repo.defaultBranch;
  const sha = repo.heads.get(ref) ?? (await repo.git.commit(ref));
  if (sha === undefined)
    throw new Refusal(404, repo.heads.size === 0 ? 'This repository is empty.' : `No commit found for the ref ${ref}`);
  return [ref, sha];
};

const read = async (at: At) => {
  const [ref, sha] = await refAt(at);
  const path = (at.params['path'] ?? '').replace(/\/+$/, '');
  if (path === '')
    return { status: 200, body: (await entriesOf(at.repo, [sha])).map((entry) => entryJson(at.repo, ref, entry)) };
  const [entry] = await entriesOf(at.repo, [sha, '--', path]);
  if (entry === undefined) throw notFound();
  if (entry.type === 'tree')
    return {
      status: 200,
      body: (await entriesOf(at.repo, [sha, '--', `${path}/`])).map((one) => entryJson(at.repo, ref, one)),
    };
  const { stdout } = await at.repo.git.run(['cat-file', 'blob', entry.sha]);
  if (/\braw\b/.test(at.accept)) return { status: 200, raw: stdout };
  const content = stdout.toString('base64').replace(/(.{60})/g, '$1\n');
  return { status: 200, body: { ...entryJson(at.repo, ref, entry), encoding: 'base64', content } };
};

const Write = z.object({
  message: z.string().min(1),
  content: z.string(),
  branch: z.string().optional(),
  sha: z.string().optional(),
});

const write = async (at: At) => {
  const { hub, repo, actor, params } = at;
  const asked = parse(Write, at.body, 'Content');
  const path = params['path'] ?? '';
  const branch = asked.branch ?? repo.defaultBranch;
  const parent = repo.heads.get(branch);
  if (parent === undefined && (branch !== repo.defaultBranch || repo.heads.size > 0))
    throw new Refusal(404, `Branch ${branch} not found`);
  const [there] = parent === undefined ? [] : await entriesOf(repo, [parent, '--', path]);
  if (there !== undefined && asked.sha === undefined)
    throw new Refusal(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  if (there !== undefined && asked.sha !== there.sha)
    throw new Refusal(409, `${path} does not match ${asked.sha ?? ''}`);
  const sha = await repo.git.commitFiles(parent, { [path]: Buffer.from(asked.content, 'base64') }, asked.message);
  await repo.git.setRef(`refs/heads/${branch}`, sha, parent ?? '');
  await follow(hub, repo, actor);
  const [entry] = await entriesOf(repo, [sha, '--', path]);
  const [commit] = await commitsOf(repo, [sha], 1);
  if (entry === undefined || commit === undefined) throw notFound();
  const { commit: inner, ...outer } = commitJson(hub, repo, commit) as { commit: Json };
  return {
    status: there === undefined ? 201 : 200,
    body: { content: entryJson(repo, branch, entry), commit: { ...outer, ...inner } },
  };
};

const tree = async ({ repo, params, url }: At) => {
  const name = params['tree_sha'] ?? '';
  const sha = repo.heads.get(name) ?? name;
  const { status, stdout } = await repo.git.run([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${sha}^{tree}`,
  ]);
  if (status !== 0) throw notFound();
  const root = stdout.toString().trim();
  const entries = await entriesOf(repo, url.searchParams.has('recursive') ? ['-r', '-t', root] : [root]);
  return {
    status: 200,
    body: {
      sha: root,
      url: `${apiUrl(repo)}/git/trees/${root}`,
      truncated: false,
      tree: entries.map(({ path, mode, type, sha: blob, size }) => ({
        path,
        mode,
        type,
        sha: blob,
        ...(type === 'blob' ? { size } : {}),
        url: `${apiUrl(repo)}/git/${type === 'tree' ? 'trees' : 'blobs'}/${blob}`,
      })),
    },
  };
};

/** Routes of files: read from, and committed to, the bare repository. */
export const contentRoutes: readonly Route[] = [
  route('GET /contents', READ_CONTENTS, read),
  route('GET /contents/{path}', READ_CONTENTS, read),
  route('PUT /contents/{path}', WRITE_CONTENTS, (at) => inTurn(at.repo, () => write(at))),
  route('GET /git/trees/{tree_sha}', READ_CONTENTS, tree),
];
