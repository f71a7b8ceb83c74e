import { z } from 'zod';
import { invalid, notFound, page, Refusal } from './http.ts';
import type { Hub } from './hub.ts';
import { remember } from './issue-events.ts';
import { applyLabels, labelCalled } from './labels.ts';
import { parse } from './parse.ts';
import { type At, hasRole, READ_ISSUES, type Route, route, WRITE_ISSUES } from './route.ts';
import { issueJson } from './shapes.ts';
import type { Account, Issue, Json, Pull, Repo } from './state.ts';
import { announce } from './webhooks.ts';

const MAX_BODY = 65_536;
const MAX_TITLE = 256;

/** The issue (or pull request) that a path names; 404 when there is none. */
export const issueAt = ({ repo, params }: Pick<At, 'repo' | 'params'>): Issue => {
  const issue = repo.issues.get(Number(params['issue_number'] ?? params['pull_number']));
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
  const number = Math.max(0, ...repo.issues.keys()) + 1;
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

const LabelNames = z.array(z.union([z.string().min(1), z.object({ name: z.string().min(1) })]));
const namesOf = (labels: z.infer<typeof LabelNames>): string[] =>
  labels.map((label) => (typeof label === 'string' ? label : label.name));

const NewIssue = z.object({
  title: z.union([z.string(), z.number()]).transform(String),
  body: z.string().nullish(),
  labels: LabelNames.optional(),
});

const create = (at: At) => {
  const { hub, repo, actor } = at;
  const asked = parse(NewIssue, at.body, 'Issue');
  const issue = addIssue(hub, repo, actor, asked.title, asked.body ?? null);
  // GitHub drops labels silently when the author may not set them, and tells about those it sets one by one, after `opened`.
  const names = at.viaApp || hasRole(hub, repo, actor, 'triage') ? namesOf(asked.labels ?? []) : [];
  const labels = names.map((name) => labelCalled(hub, repo, name));
  issue.labels = [...new Set(labels)];
  announceIssue(hub, repo, actor, issue, 'opened');
  issue.labels = [];
  applyLabels(at, issue, labels);
  return {
    status: 201,
    body: issueJson(hub, repo, issue),
    headers: { location: String(issueJson(hub, repo, issue)['url']) },
  };
};

const EditedIssue = z.object({
  title: z.union([z.string(), z.number()]).transform(String).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
  labels: LabelNames.optional(),
});

const edit = (at: At) => {
  const { hub, repo, actor } = at;
  const issue = issueAt(at);
  const triage = at.viaApp || hasRole(hub, repo, actor, 'triage');
  if (!triage && issue.user.id !== actor.id) throw new Refusal(403, 'Must have admin rights to Repository.');
  const asked = parse(EditedIssue, at.body, 'Issue');
  const changes = editTexts(hub, actor, issue, asked.title, asked.body);
  if (changes !== undefined) announceIssue(hub, repo, actor, issue, 'edited', { changes });
  if (asked.labels !== undefined && triage)
    applyLabels(
      at,
      issue,
      namesOf(asked.labels).map((name) => labelCalled(hub, repo, name)),
      'replace',
    );
  if (asked.state !== undefined && issue.pull === undefined) {
    const reason = asked.state_reason ?? (asked.state === 'closed' ? 'completed' : 'reopened');
    setIssueState(hub, repo, actor, issue, asked.state, reason);
  }
  return { status: 200, body: issueJson(hub, repo, issue) };
};

const list = ({ hub, repo, url }: At) => {
  const query = url.searchParams;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '')
    .split(',')
    .filter((name) => name.trim() !== '')
    .map((name) => name.trim().toLowerCase());
  const since = query.get('since');
  const creator = query.get('creator');
  const by = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const up = query.get('direction') === 'asc' ? 1 : -1;
  const chosen = [...repo.issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name)))
    .filter((issue) => since === null || Date.parse(issue.updatedAt) >= Date.parse(since))
    .filter((issue) => creator === null || issue.user.login.toLowerCase() === creator.toLowerCase())
    .sort((a, b) => up * (a[by].localeCompare(b[by]) || a.number - b.number));
  return page(
    url,
    chosen.map((issue) => issueJson(hub, repo, issue)),
  );
};

/** Routes of issues. Pull requests are found here too, as on GitHub. */
export const issueRoutes: readonly Route[] = [
  route('GET /issues', READ_ISSUES, list),
  route('POST /issues', { app: ['issues:write'], person: 'anyone' }, create),
  route('GET /issues/{issue_number}', READ_ISSUES, (at) => ({
    status: 200,
    body: issueJson(at.hub, at.repo, issueAt(at)),
  })),
  route('PATCH /issues/{issue_number}', WRITE_ISSUES, edit),
];
