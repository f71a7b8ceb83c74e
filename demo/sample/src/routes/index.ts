import type { Request, Response, Route } from '../shared/http.ts';
import { healthRoutes } from './health.ts';

/** Every route of the site. */
export const routes: readonly Route[] = [...healthRoutes];

/** Answers a request by the first route that fits. */
export const handle = async (request: Request): Promise<Response> => {
  const route = routes.find(({ method, path }) => method === request.method && path === request.path);
  return route === undefined ? { status: 404, body: { error: 'not found' } } : route.handle(request);
};
