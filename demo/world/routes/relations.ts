import { z } from 'zod';
import { invalidBecause, notFound, page } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, READ_ISSUES, type Route, route, TRIAGE_ISSUES } from '../front/route.ts';
import type { Issue, Repo } from '../state.ts';
import { announce } from '../webhooks.ts';
import { issueAt } from './issue-changes.ts';
import { issueJson, repositoryJson } from './shapes.ts';

const MAX_SUB_ISSUES = 100;
const MAX_DEPENDENCIES = 50;

const byId = (repo: Repo, id: number): Issue => {
  const issue = [...repo.issues.values()].find((one) => one.id === id && one.pull === undefined);
  if (issue === undefined) throw notFound();
  return issue;
};

const numbered = (repo: Repo, numbers: readonly number[]): Issue[] =>
  numbers.flatMap((number) => repo.issues.get(number) ?? []);

const listOf = (numbers: (issue: Issue, repo: Repo) => readonly number[]) => (at: At) =>
  page(
    at.url,
    numbered(at.repo, numbers(issueAt(at), at.repo)).map((issue) => issueJson(at.hub, at.repo, issue)),
  );

const tellSubIssue = ({ hub, repo, actor }: At, parent: Issue, child: Issue, action: string): void =>
  announce(hub, repo, actor, 'sub_issues', {
    action,
    parent_issue_id: parent.id,
    parent_issue: issueJson(hub, repo, parent),
    parent_issue_repo: repositoryJson(repo),
    sub_issue_id: child.id,
    sub_issue: issueJson(hub, repo, child),
    sub_issue_repo: repositoryJson(repo),
  });

const NewSubIssue = z.object({ sub_issue_id: z.number().int(), replace_parent: z.boolean().optional() });

const addSubIssue = (at: At) => {
  const { hub, repo } = at;
  const parent = issueAt(at);
  const asked = parse(NewSubIssue, at.body, 'SubIssue');
  const child = byId(repo, asked.sub_issue_id);
  const ancestors = new Set<number>();
  for (let above: Issue | undefined = parent; above !== undefined; above = repo.issues.get(above.parent ?? 0))
    ancestors.add(above.number);
  if (ancestors.has(child.number)) throw invalidBecause('SubIssue', 'Sub issue may not create a circular dependency');
  if (parent.subIssues.includes(child.number))
    throw invalidBecause('SubIssue', 'Issue may not contain duplicate sub-issues');
  if (child.parent !== undefined && asked.replace_parent !== true)
    throw invalidBecause('SubIssue', 'Sub issue may only have one parent');
  if (parent.subIssues.length >= MAX_SUB_ISSUES)
    throw invalidBecause('SubIssue', `Parent cannot have more than ${MAX_SUB_ISSUES} sub-issues`);
  const before = repo.issues.get(child.parent ?? 0);
  if (before !== undefined) before.subIssues = before.subIssues.filter((number) => number !== child.number);
  parent.subIssues.push(child.number);
  child.parent = parent.number;
  parent.updatedAt = hub.now();
  tellSubIssue(at, parent, child, 'sub_issue_added');
  return { status: 201, body: issueJson(hub, repo, parent) };
};

const removeSubIssue = (at: At) => {
  const parent = issueAt(at);
  const child = byId(at.repo, parse(NewSubIssue, at.body, 'SubIssue').sub_issue_id);
  if (child.parent !== parent.number) throw notFound();
  parent.subIssues = parent.subIssues.filter((number) => number !== child.number);
  delete child.parent;
  tellSubIssue(at, parent, child, 'sub_issue_removed');
  return { status: 200, body: issueJson(at.hub, at.repo, parent) };
};

const tellDependency = ({ hub, repo, actor }: At, blocked: Issue, blocking: Issue, action: string): void =>
  announce(hub, repo, actor, 'issue_dependencies', {
    action,
    blocked_issue_id: blocked.id,
    blocked_issue: issueJson(hub, repo, blocked),
    blocking_issue_id: blocking.id,
    blocking_issue: issueJson(hub, repo, blocking),
    blocking_issue_repo: repositoryJson(repo),
  });

const addBlockedBy = (at: At) => {
  const { hub, repo } = at;
  const blocked = issueAt(at);
  const blocking = byId(repo, parse(z.object({ issue_id: z.number().int() }), at.body, 'IssueDependency').issue_id);
  if (blocking.number === blocked.number)
    throw invalidBecause('IssueDependency', 'An issue cannot be blocked by itself');
  if (blocked.blockedBy.includes(blocking.number))
    throw invalidBecause('IssueDependency', 'Target issue has already been taken');
  if (blocked.blockedBy.length >= MAX_DEPENDENCIES)
    throw invalidBecause('IssueDependency', `An issue cannot have more than ${MAX_DEPENDENCIES} dependencies`);
  blocked.blockedBy.push(blocking.number);
  tellDependency(at, blocked, blocking, 'blocked_by_added');
  return { status: 201, body: issueJson(hub, repo, blocking) };
};

const removeBlockedBy = (at: At) => {
  const blocked = issueAt(at);
  const blocking = byId(at.repo, Number(at.params['issue_id']));
  if (!blocked.blockedBy.includes(blocking.number)) throw notFound();
  blocked.blockedBy = blocked.blockedBy.filter((number) => number !== blocking.number);
  tellDependency(at, blocked, blocking, 'blocked_by_removed');
  return { status: 200, body: issueJson(at.hub, at.repo, blocking) };
};

const parentOf = (at: At) => {
  const parent = at.repo.issues.get(issueAt(at).parent ?? 0);
  if (parent === undefined) throw notFound();
  return { status: 200, body: issueJson(at.hub, at.repo, parent) };
};

/** Routes of what relates issues: parents with sub-issues, and "blocked by". */
export const relationRoutes: readonly Route[] = [
  route('GET /issues/{issue_number}/parent', READ_ISSUES, parentOf),
  route(
    'GET /issues/{issue_number}/sub_issues',
    READ_ISSUES,
    listOf((issue) => issue.subIssues),
  ),
  route('POST /issues/{issue_number}/sub_issues', TRIAGE_ISSUES, addSubIssue),
  route('DELETE /issues/{issue_number}/sub_issue', TRIAGE_ISSUES, removeSubIssue),
  route(
    'GET /issues/{issue_number}/dependencies/blocked_by',
    READ_ISSUES,
    listOf((issue) => issue.blockedBy),
  ),
  route('POST /issues/{issue_number}/dependencies/blocked_by', TRIAGE_ISSUES, addBlockedBy),
  route('DELETE /issues/{issue_number}/dependencies/blocked_by/{issue_id}', TRIAGE_ISSUES, removeBlockedBy),
  route(
    'GET /issues/{issue_number}/dependencies/blocking',
    READ_ISSUES,
    listOf((issue, repo) =>
      [...repo.issues.values()].filter((other) => other.blockedBy.includes(issue.number)).map((other) => other.number),
    ),
  ),
];
