import { z } from 'zod';
import { invalid, notFound, page, Refusal } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, hasRole, READ_ISSUES, type Route, route, WRITE_ISSUES } from '../front/route.ts';
import type { Comment, Json } from '../state.ts';
import { announce } from '../webhooks.ts';
import { issueAt } from './issue-changes.ts';
import { commentJson, issueJson } from './shapes.ts';

const MAX_BODY = 65_536;

/** The comment that a path names; 404 when there is none. */
export const commentAt = ({ repo, params }: At): Comment => {
  const comment = repo.comments.get(Number(params['comment_id']));
  if (comment === undefined) throw notFound();
  return comment;
};

const tell = ({ hub, repo, actor }: At, comment: Comment, action: string, extra: Json = {}): void => {
  const issue = repo.issues.get(comment.issue);
  if (issue === undefined) return;
  announce(hub, repo, actor, 'issue_comment', {
    action,
    issue: issueJson(hub, repo, issue),
    comment: commentJson(hub, repo, comment),
    ...extra,
  });
};

const Text = z.object({ body: z.string().min(1) });

const textOf = (body: Json): string => {
  const text = parse(Text, body, 'IssueComment').body;
  if ([...text].length <= MAX_BODY) return text;
  const message = `body is too long (maximum is ${MAX_BODY} characters)`;
  throw invalid([{ resource: 'IssueComment', code: 'custom', field: 'body', message }]);
};

const create = (at: At) => {
  const { hub, repo, actor } = at;
  const issue = issueAt(at);
  const now = hub.now();
  const comment: Comment = {
    id: hub.id(),
    issue: issue.number,
    body: textOf(at.body),
    user: actor,
    viaApp: at.viaApp,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  };
  repo.comments.set(comment.id, comment);
  issue.updatedAt = now;
  tell(at, comment, 'created');
  return { status: 201, body: commentJson(hub, repo, comment) };
};

// Only its author, or somebody who may write, changes a comment; an app changes only its own.
const mayChange = ({ hub, repo, actor, viaApp }: At, comment: Comment): boolean =>
  comment.user.id === actor.id || (!viaApp && hasRole(hub, repo, actor, 'write'));

const edit = (at: At) => {
  const comment = commentAt(at);
  if (!mayChange(at, comment)) throw new Refusal(403, 'Must have admin rights to Repository.');
  const from = comment.body;
  comment.body = textOf(at.body);
  comment.updatedAt = at.hub.now();
  tell(at, comment, 'edited', { changes: from === comment.body ? {} : { body: { from } } });
  return { status: 200, body: commentJson(at.hub, at.repo, comment) };
};

const remove = (at: At) => {
  const comment = commentAt(at);
  if (!mayChange(at, comment)) throw new Refusal(403, 'Must have admin rights to Repository.');
  at.repo.comments.delete(comment.id);
  tell(at, comment, 'deleted');
  return { status: 204 };
};

const since = (url: URL) => {
  const from = url.searchParams.get('since');
  return (comment: Comment) => from === null || Date.parse(comment.updatedAt) >= Date.parse(from);
};

const listAll = ({ hub, repo, url }: At) => {
  const by = url.searchParams.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const up = url.searchParams.get('direction') === 'desc' ? -1 : 1;
  const chosen = [...repo.comments.values()]
    .filter(since(url))
    .sort((a, b) => up * (a[by].localeCompare(b[by]) || a.id - b.id));
  return page(
    url,
    chosen.map((comment) => commentJson(hub, repo, comment)),
  );
};

const listOfIssue = (at: At) => {
  const { number } = issueAt(at);
  const chosen = [...at.repo.comments.values()].filter((comment) => comment.issue === number).filter(since(at.url));
  return page(
    at.url,
    chosen.map((comment) => commentJson(at.hub, at.repo, comment)),
  );
};

/** Routes of comments on issues and pull requests. */
export const commentRoutes: readonly Route[] = [
  route('GET /issues/comments', READ_ISSUES, listAll),
  route('GET /issues/comments/{comment_id}', READ_ISSUES, (at) => ({
    status: 200,
    body: commentJson(at.hub, at.repo, commentAt(at)),
  })),
  route('PATCH /issues/comments/{comment_id}', WRITE_ISSUES, edit),
  route('DELETE /issues/comments/{comment_id}', WRITE_ISSUES, remove),
  route('GET /issues/{issue_number}/comments', READ_ISSUES, listOfIssue),
  route('POST /issues/{issue_number}/comments', WRITE_ISSUES, create),
];
