import type { Octokit } from '@octokit/rest';

/** A request as Octokit's hooks see it: the route's template in `url`, its parameters beside Octokit's own. */
export type Request = Required<Octokit['request']['endpoint']['DEFAULTS']>;
export type Answer = Awaited<ReturnType<Octokit['request']>>;
export type Send = (request: Request) => Promise<Answer>;

const OCTOKITS_OWN = new Set(['method', 'url', 'baseUrl', 'headers', 'mediaType', 'request']);

/** Names of the parameters that stand in the path. */
export const pathNames = (request: Request): readonly string[] =>
  [...request.url.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');

/** Names of the parameters that go into the query or the body: neither Octokit's own nor those of the path. */
export function sentNames(request: Request): readonly string[] {
  const inPath = pathNames(request);
  return Object.keys(request).filter((name) => !OCTOKITS_OWN.has(name) && !inPath.includes(name));
}
