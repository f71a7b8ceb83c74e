import { invalid, notFound, Refusal } from '../front/http.ts';
import type { At } from '../front/route.ts';
import type { Hub } from '../hub.ts';
import type { Account, Issue, Json, Pull, Repo } from '../state.ts';
import { announce } from '../webhooks.ts';
import { remember } from './history.ts';
import { issueJson } from './shapes.ts';

const MAX_BODY = 65_536;
const MAX_TITLE = 256;

/** The issue (or pull request) that a path names; 404 when there is none, 410 when it was deleted. */
export const issueAt = ({ repo, params }: Pick<At, 'repo' | 'params'>): Issue => {
  const number = Number(params['issue_number'] ?? params['pull_number']);
  const issue = repo.issues.get(number);
  if (repo.deleted.has(number)) throw new Refusal(410, 'This issue was deleted');
  if (issue === undefined) throw notFound();
  return issue;
};

/** A title or body as GitHub accepts it. */
const checkTexts = (resource: string, title: string | undefined, body: string | null | undefined): void => {
  if (title !== undefined && title.trim() === '') throw invalid([{ resource, field: 'title', code: 'missing_field' }]);
  if (title !== undefined && [...title].length > MAX_TITLE)
    throw invalid([
      { resource, field: 'title', code: 'custom', message: `title is too long (maximum is ${MAX_TITLE} characters)` },
    ]);
  if (body != null && [...body].length > MAX_BODY)
    throw invalid([
      { resource, field: 'body', code: 'custom', message: `body is too long (maximum is ${MAX_BODY} characters)` },
    ]);
};

/** Adds a row for an issue or, with `pull`, a pull request: both draw from one row of numbers. */
export const addIssue = (
  hub: Hub,
  repo: Repo,
  user: Account,
  title: string,
  body: string | null,
  pull?: Pull,
): Issue => {
  checkTexts(pull === undefined ? 'Issue' : 'PullRequest', title, body);
  const number = Math.max(0, ...repo.issues.keys(), ...repo.deleted) + 1;
  const at = hub.now();
  const issue: Issue = {
    id: hub.id(),
    number,
    title,
    body,
    user,
    viaApp: user.id === hub.app.bot.id,
    state: 'open',
    stateReason: null,
    createdAt: at,
    updatedAt: at,
    labels: [],
    reactions: [],
    events: [],
    subIssues: [],
    blockedBy: [],
    ...(pull === undefined ? {} : { pull }),
  };
  repo.issues.set(number, issue);
  return issue;
};

/** Tells about an issue in the `issues` event. */
export const announceIssue = (
  hub: Hub,
  repo: Repo,
  actor: Account,
  issue: Issue,
  action: string,
  extra: Json = {},
): void => announce(hub, repo, actor, 'issues', { action, issue: issueJson(hub, repo, issue), ...extra });

/** Closes or reopens an issue that is no pull request. */
export const setIssueState = (
  hub: Hub,
  repo: Repo,
  actor: Account,
  issue: Issue,
  state: 'open' | 'closed',
  reason: string,
): void => {
  if (issue.state === state) return;
  issue.state = state;
  issue.stateReason = reason;
  issue.updatedAt = hub.now();
  if (state === 'closed') issue.closed = { at: hub.now(), by: actor };
  else delete issue.closed;
  remember(hub, issue, actor, state === 'closed' ? 'closed' : 'reopened');
  announceIssue(hub, repo, actor, issue, state === 'closed' ? 'closed' : 'reopened');
};

/** Sets title and body; answers with what the webhook calls `changes`, undefined when nothing changed. */
export const editTexts = (
  hub: Hub,
  actor: Account,
  issue: Issue,
  title: string | undefined,
  body: string | null | undefined,
): Json | undefined => {
  checkTexts(issue.pull === undefined ? 'Issue' : 'PullRequest', title, body);
  const changes: Json = {};
  if (title !== undefined && title !== issue.title) {
    changes['title'] = { from: issue.title };
    remember(hub, issue, actor, 'renamed', { rename: { from: issue.title, to: title } });
    issue.title = title;
  }
  if (body !== undefined && body !== issue.body) {
    changes['body'] = { from: issue.body ?? '' };
    issue.body = body;
  }
  if (Object.keys(changes).length === 0) return undefined;
  issue.updatedAt = hub.now();
  return changes;
};
