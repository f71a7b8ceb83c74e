import { z } from 'zod';
import { invalidBecause, page } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, READ_PULLS, type Route, route } from '../front/route.ts';
import type { Issue, Json, Review, ReviewComment } from '../state.ts';
import { announce } from '../webhooks.ts';
import { pullSimpleJson } from './pull-json.ts';
import { pullAt } from './pulls.ts';
import { apiUrl, association, nodeId, pageUrl, reviewJson } from './shapes.ts';

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

const LineComment = z.object({ path: z.string().min(1), body: z.string().min(1), line: z.number().int().optional() });

const NewReview = z.object({
  commit_id: z.string().optional(),
  body: z.string().optional(),
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']).optional(),
  comments: z.array(LineComment).optional(),
});

const lineComment = (
  at: At,
  review: number | null,
  asked: z.infer<typeof LineComment>,
  commit: string,
): ReviewComment => ({
  id: at.hub.id(),
  review,
  user: at.actor,
  body: asked.body,
  path: asked.path,
  line: asked.line ?? null,
  commit,
  createdAt: at.hub.now(),
});

const submit = (at: At) => {
  const { hub, repo, actor } = at;
  const { issue, pull } = pullAt(at);
  const asked = parse(NewReview, at.body, 'PullRequestReview');
  if (asked.event === 'APPROVE' && issue.user.id === actor.id)
    throw invalidBecause('PullRequestReview', 'Review Can not approve your own pull request');
  if (asked.event !== undefined && asked.event !== 'APPROVE' && (asked.body ?? '') === '')
    throw invalidBecause('PullRequestReview', 'Review body can not be blank');
  const review: Review = {
    id: hub.id(),
    user: actor,
    body: asked.body ?? '',
    state: asked.event === undefined ? 'PENDING' : STATES[asked.event],
    commit: asked.commit_id ?? pull.headSha,
    submittedAt: hub.now(),
  };
  pull.reviews.push(review);
  for (const comment of asked.comments ?? []) pull.comments.push(lineComment(at, review.id, comment, review.commit));
  if (review.state !== 'PENDING')
    announce(hub, repo, actor, 'pull_request_review', {
      action: 'submitted',
      review: {
        ...reviewJson(hub, repo, issue, review),
        state: review.state.toLowerCase(),
        updated_at: review.submittedAt,
      },
      pull_request: pullSimpleJson(hub, repo, issue),
    });
  return { status: 200, body: reviewJson(hub, repo, issue, review) };
};

const commentJson = ({ hub, repo }: At, issue: Issue, comment: ReviewComment): Json => {
  const url = `${apiUrl(repo)}/pulls/comments/${comment.id}`;
  const pull = `${apiUrl(repo)}/pulls/${issue.number}`;
  const html = `${pageUrl(repo)}/pull/${issue.number}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.review,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: '',
    path: comment.path,
    line: comment.line ?? 1,
    side: 'RIGHT',
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    user: comment.user.json,
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    html_url: html,
    pull_request_url: pull,
    author_association: association(hub, repo, comment.user),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
  };
};

const comment = (at: At) => {
  const { issue, pull } = pullAt(at);
  const made = lineComment(at, null, parse(LineComment, at.body, 'PullRequestReviewComment'), pull.headSha);
  pull.comments.push(made);
  return { status: 201, body: commentJson(at, issue, made) };
};

const WRITE_REVIEWS = { app: ['pull_requests:write'], person: 'anyone' } as const;

/** Routes of reviews and of comments on lines. */
export const reviewRoutes: readonly Route[] = [
  route('GET /pulls/{pull_number}/reviews', READ_PULLS, (at) => {
    const { issue, pull } = pullAt(at);
    return page(
      at.url,
      pull.reviews.map((review) => reviewJson(at.hub, at.repo, issue, review)),
    );
  }),
  route('POST /pulls/{pull_number}/reviews', WRITE_REVIEWS, submit),
  route('GET /pulls/{pull_number}/comments', READ_PULLS, (at) => {
    const { issue, pull } = pullAt(at);
    return page(
      at.url,
      pull.comments.map((made) => commentJson(at, issue, made)),
    );
  }),
  route('POST /pulls/{pull_number}/comments', WRITE_REVIEWS, comment),
];
