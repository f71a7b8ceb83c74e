import { type Request, sentNames } from './request.ts';

/**
 * Every write that the app may ever send, with the only fields it may carry. Anything else throws before it is sent:
 * the app cannot approve, merge, close, undraft or delete, whatever asks it to (safety, row 41).
 */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'POST /app/installations/{installation_id}/access_tokens': ['repository_ids', 'permissions'],
  'POST /app-manifests/{code}/conversions': [],
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': ['body'],
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': ['body'],
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': ['content'],
  'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels': ['labels'],
  'POST /repos/{owner}/{repo}/labels': ['name', 'color', 'description'],
  'PATCH /repos/{owner}/{repo}/labels/{name}': ['color', 'description'],
  'POST /repos/{owner}/{repo}/pulls': ['head', 'base', 'title', 'body', 'draft'],
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': ['title', 'body'],
  'POST /repos/{owner}/{repo}/check-runs': ['name', 'head_sha', 'status', 'conclusion', 'output'],
};

/** Throws for a request that would change something and is not on the list. */
export function refuseUnlisted(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const route = `${request.method} ${request.url}`;
  const fields = WRITES[route];
  if (fields === undefined) throw new Error(`The app never sends ${route}`);
  for (const name of sentNames(request))
    if (!fields.includes(name)) throw new Error(`The app never sends "${name}" with ${route}`);
}
