import { type AppRoute, appRoutes } from '../routes/app.ts';
import { branchRoutes } from '../routes/branches.ts';
import { checkRoutes } from '../routes/checks.ts';
import { commentRoutes } from '../routes/comments.ts';
import { contentRoutes } from '../routes/contents.ts';
import { issueEventRoutes } from '../routes/issue-events.ts';
import { issueRoutes } from '../routes/issues.ts';
import { labelRoutes } from '../routes/labels.ts';
import { pullRoutes } from '../routes/pulls.ts';
import { reactionRoutes } from '../routes/reactions.ts';
import { relationRoutes } from '../routes/relations.ts';
import { repositoryRoutes } from '../routes/repository.ts';
import { reviewRoutes } from '../routes/reviews.ts';
import { Refusal } from './http.ts';
import type { Route } from './route.ts';

/** A route that a request matched, and what its path says. */
export type Match = { readonly template: string; readonly params: Readonly<Record<string, string>> } & (
  | { readonly kind: 'repository'; readonly route: Route }
  | { readonly kind: 'app'; readonly route: AppRoute }
);

// These may hold slashes, as paths, branches and comparisons do.
const LONG = new Set(['path', 'ref', 'branch', 'basehead']);

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${LONG.has(name) ? '.+' : '[^/]+'})`)}/?$`,
  );

// The first that matches wins: fixed paths stand before those with a parameter in the same place.
const repositoryTable: readonly Route[] = [
  ...repositoryRoutes,
  ...checkRoutes,
  ...commentRoutes,
  ...reactionRoutes,
  ...issueEventRoutes,
  ...relationRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...reviewRoutes,
  ...pullRoutes,
  ...branchRoutes,
  ...contentRoutes,
];

const TABLE = [
  ...appRoutes.map((route) => {
    const [method = '', template = ''] = route.name.split(' ');
    return { kind: 'app' as const, method, template, pattern: patternOf(template), route };
  }),
  ...repositoryTable.map((route) => ({
    kind: 'repository' as const,
    method: route.method,
    template: route.template,
    pattern: patternOf(route.template),
    route,
  })),
];

/** Every route of the world, as `METHOD /template`. */
export const ROUTE_NAMES: readonly string[] = TABLE.map(({ method, template }) => `${method} ${template}`);

const malformed = (path: string) => new Refusal(400, `Malformed path: ${path}`);

const decode = (path: string, groups: Readonly<Record<string, string>>): Record<string, string> => {
  // No name on GitHub holds a NUL, and no argument of git can.
  if (/%00/.test(path)) throw malformed(path);
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw malformed(path);
  }
};

/** The route of a request; undefined when there is none. */
export const match = (method: string, path: string): Match | undefined => {
  for (const entry of TABLE) {
    if (entry.method !== method) continue;
    const found = entry.pattern.exec(path);
    if (found === null) continue;
    const { template } = entry;
    const params = decode(path, { ...found.groups });
    return entry.kind === 'app'
      ? { kind: 'app', template, params, route: entry.route }
      : { kind: 'repository', template, params, route: entry.route };
  }
  return undefined;
};
