import { z } from 'zod';
import { page, Refusal } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, hasRole, READ_ISSUES, type Route, route, WRITE_ISSUES } from '../front/route.ts';
import { addIssue, announceIssue, editTexts, issueAt, setIssueState } from './issue-changes.ts';
import { applyLabels, labelCalled } from './labels.ts';
import { issueJson } from './shapes.ts';

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
