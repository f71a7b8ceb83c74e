import { z } from 'zod';
import { invalid, invalidBecause, notFound, page, Refusal } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, READ_PULLS, type Route, route, WRITE_CONTENTS } from '../front/route.ts';
import { commitJson, commitsOf } from '../git/commits.ts';
import { diffEntryJson, filesOf, measure } from '../git/diffs.ts';
import { closePull, follow, inTurn, mergedPull } from '../git/moves.ts';
import type { Issue, Pull } from '../state.ts';
import { remember } from './history.ts';
import { addIssue, editTexts, issueAt } from './issue-changes.ts';
import { announcePull, pullJson, pullSimpleJson } from './pull-json.ts';

/** The pull request that a path names; 404 for an issue. */
export const pullAt = (at: At): { readonly issue: Issue; readonly pull: Pull } => {
  const issue = issueAt(at);
  if (issue.pull === undefined) throw notFound();
  return { issue, pull: issue.pull };
};

const NewPull = z.object({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
});

const create = async (at: At) => {
  const { hub, repo, actor } = at;
  const asked = parse(NewPull, at.body, 'PullRequest');
  const head = asked.head.replace(new RegExp(`^${repo.owner}:`, 'i'), '');
  const headSha = repo.heads.get(head);
  const baseSha = repo.heads.get(asked.base);
  if (baseSha === undefined) throw invalid([{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
  if (headSha === undefined) throw invalid([{ resource: 'PullRequest', field: 'head', code: 'invalid' }]);
  const twin = [...repo.issues.values()].find(
    ({ state, pull }) => state === 'open' && pull?.headRef === head && pull.baseRef === asked.base,
  );
  if (twin !== undefined)
    throw invalidBecause('PullRequest', `A pull request already exists for ${repo.owner}:${head}.`);
  const measured = await measure(repo, headSha, baseSha);
  if (measured.commits === 0) throw invalidBecause('PullRequest', `No commits between ${asked.base} and ${head}`);
  const pull: Pull = {
    id: hub.id(),
    headRef: head,
    headSha,
    baseRef: asked.base,
    baseSha,
    draft: asked.draft ?? false,
    measured,
    reviews: [],
    comments: [],
  };
  const issue = addIssue(hub, repo, actor, asked.title, asked.body ?? null, pull);
  await repo.git.setRef(`refs/pull/${issue.number}/head`, headSha);
  announcePull(hub, repo, actor, issue, 'opened');
  return { status: 201, body: pullJson(hub, repo, issue) };
};

const list = ({ hub, repo, url }: At) => {
  const query = url.searchParams;
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const by = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const up = (query.get('direction') ?? (query.has('sort') ? 'asc' : 'desc')) === 'asc' ? 1 : -1;
  const chosen = [...repo.issues.values()]
    .filter((issue) => issue.pull !== undefined)
    .filter((issue) => state === 'all' || issue.state === state)
    // GitHub ignores a head without its owner: the whole list comes back.
    .filter(
      (issue) =>
        head === null ||
        !head.includes(':') ||
        `${repo.owner}:${issue.pull?.headRef}`.toLowerCase() === head.toLowerCase(),
    )
    .filter((issue) => base === null || issue.pull?.baseRef === base)
    .sort((a, b) => up * (a[by].localeCompare(b[by]) || a.number - b.number));
  return page(
    url,
    chosen.map((issue) => pullSimpleJson(hub, repo, issue)),
  );
};

const EditedPull = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});

const reopen = async (at: At, issue: Issue, pull: Pull): Promise<void> => {
  const { hub, repo, actor } = at;
  const head = repo.heads.get(pull.headRef);
  const base = repo.heads.get(pull.baseRef);
  if (pull.merged !== undefined || head === undefined || base === undefined)
    throw invalidBecause('PullRequest', 'state cannot be changed. The pull request cannot be reopened.');
  pull.headSha = head;
  pull.measured = await measure(repo, head, base);
  issue.state = 'open';
  delete issue.closed;
  remember(hub, issue, actor, 'reopened');
  announcePull(hub, repo, actor, issue, 'reopened');
};

const rebase = async (at: At, issue: Issue, pull: Pull, base: string): Promise<void> => {
  const { hub, repo, actor } = at;
  const sha = repo.heads.get(base);
  if (sha === undefined) throw invalid([{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
  const changes = { base: { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } } };
  pull.baseRef = base;
  pull.baseSha = sha;
  pull.measured = await measure(repo, pull.headSha, sha);
  announcePull(hub, repo, actor, issue, 'edited', { changes });
};

const edit = async (at: At) => {
  const { hub, repo, actor } = at;
  const { issue, pull } = pullAt(at);
  const asked = parse(EditedPull, at.body, 'PullRequest');
  const changes = editTexts(hub, actor, issue, asked.title, asked.body);
  if (changes !== undefined) announcePull(hub, repo, actor, issue, 'edited', { changes });
  if (asked.base !== undefined && asked.base !== pull.baseRef) await rebase(at, issue, pull, asked.base);
  if (asked.state === 'closed' && issue.state === 'open') closePull(hub, repo, actor, issue);
  if (asked.state === 'open' && issue.state === 'closed') await reopen(at, issue, pull);
  return { status: 200, body: pullJson(hub, repo, issue) };
};

const Merge = z.object({
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

const merge = async (at: At) => {
  const { hub, repo, actor } = at;
  const { issue, pull } = pullAt(at);
  const asked = parse(Merge, at.body, 'PullRequest');
  if (asked.merge_method === 'rebase') throw new Refusal(405, 'Rebase merges are not allowed on this repository.');
  if (issue.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (asked.sha !== undefined && asked.sha !== pull.headSha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  const base = repo.heads.get(pull.baseRef) ?? pull.baseSha;
  const tree = await repo.git.mergeTree(base, pull.headSha);
  if (tree === undefined) throw new Refusal(405, 'Pull Request is not mergeable');
  const squash = asked.merge_method === 'squash';
  const title = asked.commit_title ?? `Merge pull request #${issue.number} from ${repo.owner}/${pull.headRef}`;
  const parents = squash ? ['-p', base] : ['-p', base, '-p', pull.headSha];
  const message = `${title}\n\n${asked.commit_message ?? issue.title}`;
  const sha = (await repo.git.text(['commit-tree', tree, ...parents, '-m', message])).trim();
  await repo.git.setRef(`refs/heads/${pull.baseRef}`, sha, base);
  await follow(hub, repo, actor);
  // A squashed head is no ancestor of its base, so nobody else notices that it is merged.
  if (pull.merged === undefined) mergedPull(hub, repo, actor, issue, sha);
  return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
};

/** Routes of pull requests. */
export const pullRoutes: readonly Route[] = [
  route('GET /pulls', READ_PULLS, list),
  route('POST /pulls', { app: ['pull_requests:write'], person: 'write' }, (at) => inTurn(at.repo, () => create(at))),
  route('GET /pulls/{pull_number}', READ_PULLS, (at) => ({
    status: 200,
    body: pullJson(at.hub, at.repo, pullAt(at).issue),
  })),
  route('PATCH /pulls/{pull_number}', { app: ['pull_requests:write'], person: 'write' }, (at) =>
    inTurn(at.repo, () => edit(at)),
  ),
  route('GET /pulls/{pull_number}/commits', READ_PULLS, async (at) => {
    const { pull } = pullAt(at);
    const commits = await commitsOf(at.repo, [pull.headSha, `^${pull.baseSha}`]);
    return page(
      at.url,
      [...commits].reverse().map((commit) => commitJson(at.hub, at.repo, commit)),
    );
  }),
  route('GET /pulls/{pull_number}/files', READ_PULLS, async (at) => {
    const { pull } = pullAt(at);
    return page(
      at.url,
      (await filesOf(at.repo, pull)).map((entry) => diffEntryJson(at.repo, pull.headSha, entry)),
    );
  }),
  route('GET /pulls/{pull_number}/merge', READ_PULLS, (at) => {
    if (pullAt(at).pull.merged === undefined) throw notFound();
    return { status: 204 };
  }),
  route('PUT /pulls/{pull_number}/merge', WRITE_CONTENTS, (at) => inTurn(at.repo, () => merge(at))),
];
