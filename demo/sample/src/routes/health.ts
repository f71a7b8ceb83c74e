import type { Route } from '../shared/http.ts';

/** `GET /api/health`: is the site there? */
export const healthRoutes: readonly Route[] = [
  { method: 'GET', path: '/api/health', handle: async () => ({ status: 200, body: { ok: true } }) },
];
