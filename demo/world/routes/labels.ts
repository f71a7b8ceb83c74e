import { z } from 'zod';
import { invalid, notFound, page } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, READ_ISSUES, type Route, route, TRIAGE_ISSUES } from '../front/route.ts';
import type { Hub } from '../hub.ts';
import type { Issue, Label, Repo } from '../state.ts';
import { remember } from './history.ts';
import { announceIssue, issueAt } from './issue-changes.ts';
import { announcePull } from './pull-json.ts';
import { labelJson } from './shapes.ts';

const find = (repo: Repo, name: string): Label | undefined =>
  repo.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());

/** The repository's label of that name, made when it is missing: GitHub does so when one is applied. */
export const labelCalled = (hub: Hub, repo: Repo, name: string): Label => {
  const known = find(repo, name);
  if (known !== undefined) return known;
  const label = { id: hub.id(), name, color: 'ededed', description: null };
  repo.labels.push(label);
  return label;
};

const announceLabel = (at: At, issue: Issue, action: 'labeled' | 'unlabeled', label: Label): void => {
  const { hub, repo, actor } = at;
  remember(hub, issue, actor, action, { label: { name: label.name, color: label.color } });
  const extra = { label: labelJson(repo, label) };
  if (issue.pull === undefined) announceIssue(hub, repo, actor, issue, action, extra);
  else announcePull(hub, repo, actor, issue, action, extra);
};

/** Adds labels to an issue, or with `replace` makes them its only ones; one event for each that came or went. */
export const applyLabels = (at: At, issue: Issue, labels: readonly Label[], how: 'add' | 'replace' = 'add'): void => {
  const before = issue.labels;
  const after = [...new Set(how === 'add' ? [...before, ...labels] : labels)];
  const gone = before.filter((label) => !after.includes(label));
  const come = after.filter((label) => !before.includes(label));
  if (gone.length + come.length === 0) return;
  issue.labels = after;
  issue.updatedAt = at.hub.now();
  for (const label of gone) announceLabel(at, issue, 'unlabeled', label);
  for (const label of come) announceLabel(at, issue, 'labeled', label);
};

const Names = z.object({ labels: z.array(z.string().min(1)) });

const labelsOf = (at: At, issue: Issue) => ({
  status: 200,
  body: issue.labels.map((label) => labelJson(at.repo, label)),
});

const put = (how: 'add' | 'replace') => (at: At) => {
  const issue = issueAt(at);
  const { labels } = parse(Names, at.body, 'Label');
  applyLabels(
    at,
    issue,
    labels.map((name) => labelCalled(at.hub, at.repo, name)),
    how,
  );
  return labelsOf(at, issue);
};

const remove = (at: At) => {
  const issue = issueAt(at);
  const label = find(at.repo, at.params['name'] ?? '');
  if (label === undefined || !issue.labels.includes(label)) throw notFound();
  applyLabels(
    at,
    issue,
    issue.labels.filter((one) => one !== label),
    'replace',
  );
  return labelsOf(at, issue);
};

const NewLabel = z.object({ name: z.string().min(1), color: z.string().optional(), description: z.string().nullish() });

const create = ({ hub, repo, body }: At) => {
  const asked = parse(NewLabel, body, 'Label');
  if (find(repo, asked.name) !== undefined)
    throw invalid([{ resource: 'Label', code: 'already_exists', field: 'name' }]);
  const label = {
    id: hub.id(),
    name: asked.name,
    color: asked.color ?? 'ededed',
    description: asked.description ?? null,
  };
  repo.labels.push(label);
  return { status: 201, body: labelJson(repo, label) };
};

const Changes = z.object({
  new_name: z.string().min(1).optional(),
  color: z.string().optional(),
  description: z.string().nullish(),
});

const change = ({ repo, params, body }: At) => {
  const label = find(repo, params['name'] ?? '');
  if (label === undefined) throw notFound();
  const asked = parse(Changes, body, 'Label');
  Object.assign(label, {
    name: asked.new_name ?? label.name,
    color: asked.color ?? label.color,
    description: asked.description === undefined ? label.description : asked.description,
  });
  return { status: 200, body: labelJson(repo, label) };
};

/** Routes of labels, of the repository and of issues. */
export const labelRoutes: readonly Route[] = [
  route('GET /labels', READ_ISSUES, ({ repo, url }) =>
    page(
      url,
      repo.labels.map((label) => labelJson(repo, label)),
    ),
  ),
  route('POST /labels', { app: ['issues:write', 'pull_requests:write'], person: 'write' }, create),
  route('GET /labels/{name}', READ_ISSUES, ({ repo, params }) => {
    const label = find(repo, params['name'] ?? '');
    if (label === undefined) throw notFound();
    return { status: 200, body: labelJson(repo, label) };
  }),
  route('PATCH /labels/{name}', { app: ['issues:write', 'pull_requests:write'], person: 'write' }, change),
  route('GET /issues/{issue_number}/labels', READ_ISSUES, (at) =>
    page(
      at.url,
      issueAt(at).labels.map((label) => labelJson(at.repo, label)),
    ),
  ),
  route('POST /issues/{issue_number}/labels', TRIAGE_ISSUES, put('add')),
  route('PUT /issues/{issue_number}/labels', TRIAGE_ISSUES, put('replace')),
  route('DELETE /issues/{issue_number}/labels', TRIAGE_ISSUES, (at) => {
    applyLabels(at, issueAt(at), [], 'replace');
    return { status: 204 };
  }),
  route('DELETE /issues/{issue_number}/labels/{name}', TRIAGE_ISSUES, remove),
];
