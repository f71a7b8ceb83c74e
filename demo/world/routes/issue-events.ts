import { page } from '../front/http.ts';
import { type At, READ_ISSUES, type Route, route } from '../front/route.ts';
import type { Issue, Json } from '../state.ts';
import { issueAt } from './issue-changes.ts';
import { apiUrl, commentJson, eventJson, pageUrl, reviewJson } from './shapes.ts';

const timeline = ({ hub, repo }: At, issue: Issue): Json[] => {
  const comments = [...repo.comments.values()]
    .filter((comment) => comment.issue === issue.number)
    .map((comment) => ({ ...commentJson(hub, repo, comment), event: 'commented', actor: comment.user.json }));
  const reviews = (issue.pull?.reviews ?? []).map((review) => ({
    ...reviewJson(hub, repo, issue, review),
    event: 'reviewed',
    html_url: `${pageUrl(repo)}/pull/${issue.number}#pullrequestreview-${review.id}`,
    pull_request_url: `${apiUrl(repo)}/pulls/${issue.number}`,
  }));
  const events = issue.events.map((event) => eventJson(hub, repo, event));
  const when = (entry: Json) => String(entry['created_at'] ?? entry['submitted_at']);
  return [...events, ...comments, ...reviews].sort(
    (a: Json, b: Json) => when(a).localeCompare(when(b)) || Number(a['id']) - Number(b['id']),
  );
};

/** Routes of an issue's history. */
export const issueEventRoutes: readonly Route[] = [
  route('GET /issues/{issue_number}/events', READ_ISSUES, (at) =>
    page(
      at.url,
      issueAt(at).events.map((event) => eventJson(at.hub, at.repo, event)),
    ),
  ),
  route('GET /issues/{issue_number}/timeline', READ_ISSUES, (at) => page(at.url, timeline(at, issueAt(at)))),
];
