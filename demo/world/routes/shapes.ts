import { type Hub, roleOf } from '../hub.ts';
import type { Account, Comment, Issue, IssueEvent, Json, Label, Reaction, Repo, Review } from '../state.ts';

/** An opaque id as GitHub gives beside the number. */
export const nodeId = (kind: string, id: number): string => `${kind}_${Buffer.from(String(id)).toString('base64url')}`;

/** GitHub's "simple user". */
export const accountJson = (url: string, login: string, id: number, type: string): Json => {
  const api = `${url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${url}/avatars/${id}`,
    gravatar_id: '',
    url: api,
    html_url: type === 'Bot' ? `${url}/apps/${login.replace('[bot]', '')}` : `${url}/${login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  };
};

export const apiUrl = (repo: Repo): string => String(repo.json['url']);
export const pageUrl = (repo: Repo): string => String(repo.json['html_url']);

export const repositoryJson = (repo: Repo): Json => {
  const open = [...repo.issues.values()].filter((issue) => issue.state === 'open').length;
  return { ...repo.json, pushed_at: repo.pushedAt, open_issues: open, open_issues_count: open };
};

/** How GitHub calls a person's relation to the repository. */
export const association = (hub: Hub, repo: Repo, account: Account): string => {
  const role = hub.roles.get(account.login.toLowerCase());
  if (account.type === 'Bot' || role === undefined) return 'NONE';
  if (role === 'admin') return 'MEMBER';
  return roleOf(hub, repo, account.login) === 'none' ? 'NONE' : 'COLLABORATOR';
};

export const labelJson = (repo: Repo, label: Label): Json => ({
  id: label.id,
  node_id: nodeId('LA', label.id),
  url: `${apiUrl(repo)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
});

const CONTENTS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];

const reactionsJson = (url: string, reactions: readonly Reaction[]): Json => ({
  url: `${url}/reactions`,
  total_count: reactions.length,
  ...Object.fromEntries(
    CONTENTS.map((content) => [content, reactions.filter((one) => one.content === content).length]),
  ),
});

export const reactionJson = (reaction: Reaction): Json => ({
  id: reaction.id,
  node_id: nodeId('REA', reaction.id),
  user: reaction.user.json,
  content: reaction.content,
  created_at: reaction.createdAt,
});

const commentsOf = (repo: Repo, issue: Issue): number =>
  [...repo.comments.values()].filter((comment) => comment.issue === issue.number).length;

const isOpen = (repo: Repo, number: number): boolean => repo.issues.get(number)?.state === 'open';

const summaries = (repo: Repo, issue: Issue): Json => {
  const completed = issue.subIssues.filter((number) => !isOpen(repo, number)).length;
  const total = issue.subIssues.length;
  const blocking = [...repo.issues.values()].filter((other) => other.blockedBy.includes(issue.number));
  return {
    sub_issues_summary: {
      total,
      completed,
      percent_completed: total === 0 ? 0 : Math.floor((completed * 100) / total),
    },
    issue_dependencies_summary: {
      blocked_by: issue.blockedBy.filter((number) => isOpen(repo, number)).length,
      total_blocked_by: issue.blockedBy.length,
      blocking: blocking.filter((other) => other.state === 'open').length,
      total_blocking: blocking.length,
    },
    ...(issue.parent === undefined ? {} : { parent_issue_url: `${apiUrl(repo)}/issues/${issue.parent}` }),
  };
};

/** An issue; a pull request looks like one with `pull_request` in it. */
export const issueJson = (hub: Hub, repo: Repo, issue: Issue): Json => {
  const url = `${apiUrl(repo)}/issues/${issue.number}`;
  const html = `${pageUrl(repo)}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
  const pull = `${apiUrl(repo)}/pulls/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId(issue.pull === undefined ? 'I' : 'PR', issue.id),
    url,
    repository_url: apiUrl(repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: issue.user.json,
    labels: issue.labels.map((label) => labelJson(repo, label)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: commentsOf(repo, issue),
    closed_at: issue.closed?.at ?? null,
    closed_by: issue.closed?.by.json ?? null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: association(hub, repo, issue.user),
    performed_via_github_app: issue.viaApp ? hub.app.json : null,
    reactions: reactionsJson(url, issue.reactions),
    type: null,
    ...(issue.pull === undefined
      ? summaries(repo, issue)
      : {
          draft: issue.pull.draft,
          pull_request: {
            url: pull,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: issue.pull.merged?.at ?? null,
          },
        }),
  };
};

export const commentJson = (hub: Hub, repo: Repo, comment: Comment): Json => {
  const url = `${apiUrl(repo)}/issues/comments/${comment.id}`;
  const kind = repo.issues.get(comment.issue)?.pull === undefined ? 'issues' : 'pull';
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url,
    html_url: `${pageUrl(repo)}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${apiUrl(repo)}/issues/${comment.issue}`,
    user: comment.user.json,
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(hub, repo, comment.user),
    performed_via_github_app: comment.viaApp ? hub.app.json : null,
    reactions: reactionsJson(url, comment.reactions),
  };
};

export const eventJson = (hub: Hub, repo: Repo, event: IssueEvent): Json => ({
  id: event.id,
  node_id: nodeId('EV', event.id),
  url: `${apiUrl(repo)}/issues/events/${event.id}`,
  actor: event.actor.json,
  event: event.event,
  commit_id: null,
  commit_url: null,
  created_at: event.createdAt,
  performed_via_github_app: event.viaApp ? hub.app.json : null,
  ...event.extra,
});

export const reviewJson = (hub: Hub, repo: Repo, issue: Issue, review: Review): Json => {
  const html = `${pageUrl(repo)}/pull/${issue.number}#pullrequestreview-${review.id}`;
  const pull = `${apiUrl(repo)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: review.user.json,
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: association(hub, repo, review.user),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
};
