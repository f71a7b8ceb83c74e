import type { Hub } from '../hub.ts';
import type { Account, Issue, Json, Repo } from '../state.ts';
import { announce } from '../webhooks.ts';
import { apiUrl, association, labelJson, nodeId, pageUrl, repositoryJson } from './shapes.ts';

const side = (repo: Repo, owner: Json, ref: string, sha: string): Json => ({
  label: `${repo.owner}:${ref}`,
  ref,
  sha,
  user: owner,
  repo: repositoryJson(repo),
});

/** A pull request as it stands in lists. */
export const pullSimpleJson = (hub: Hub, repo: Repo, issue: Issue): Json => {
  const { pull } = issue;
  if (pull === undefined) throw new Error(`#${issue.number} is no pull request`);
  const url = `${apiUrl(repo)}/pulls/${issue.number}`;
  const asIssue = `${apiUrl(repo)}/issues/${issue.number}`;
  const html = `${pageUrl(repo)}/pull/${issue.number}`;
  const statuses = `${apiUrl(repo)}/statuses/${pull.headSha}`;
  const owner = hub.accounts.get(repo.owner.toLowerCase())?.json ?? {};
  const reviewComment = `${apiUrl(repo)}/pulls/comments{/number}`;
  const links = {
    self: url,
    html,
    issue: asIssue,
    comments: `${asIssue}/comments`,
    review_comments: `${url}/comments`,
    review_comment: reviewComment,
    commits: `${url}/commits`,
    statuses,
  };
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: asIssue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: reviewComment,
    comments_url: links.comments,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    user: issue.user.json,
    body: issue.body,
    labels: issue.labels.map((label) => ({ ...labelJson(repo, label), description: label.description ?? '' })),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closed?.at ?? null,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.commit ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(repo, owner, pull.headRef, pull.headSha),
    base: side(repo, owner, pull.baseRef, pull.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: association(hub, repo, issue.user),
    auto_merge: null,
    draft: pull.draft,
  };
};

/** A pull request by itself, with what git says about it. */
export const pullJson = (hub: Hub, repo: Repo, issue: Issue): Json => {
  const { pull } = issue;
  if (pull === undefined) throw new Error(`#${issue.number} is no pull request`);
  const open = issue.state === 'open';
  const state = pull.draft ? 'draft' : pull.measured.mergeable ? 'clean' : 'dirty';
  return {
    ...pullSimpleJson(hub, repo, issue),
    merged: pull.merged !== undefined,
    mergeable: open ? pull.measured.mergeable : null,
    rebaseable: open ? pull.measured.mergeable : null,
    mergeable_state: open ? state : 'unknown',
    merged_by: pull.merged?.by.json ?? null,
    comments: [...repo.comments.values()].filter((comment) => comment.issue === issue.number).length,
    review_comments: pull.comments.length,
    maintainer_can_modify: false,
    commits: pull.measured.commits,
    additions: pull.measured.additions,
    deletions: pull.measured.deletions,
    changed_files: pull.measured.files,
  };
};

/** Tells about a pull request in the `pull_request` event. */
export const announcePull = (
  hub: Hub,
  repo: Repo,
  actor: Account,
  issue: Issue,
  action: string,
  extra: Json = {},
): void =>
  announce(hub, repo, actor, 'pull_request', {
    action,
    number: issue.number,
    pull_request: pullJson(hub, repo, issue),
    ...extra,
  });
