import { type Hub, roleOf } from '../hub.ts';
import { type Account, type Json, type Repo, ROLES, type Role } from '../state.ts';
import type { Caller } from './caller.ts';
import { type Answer, notFound, Refusal } from './http.ts';

/** One request to a route of a repository, as its handler sees it. */
export type At = {
  readonly hub: Hub;
  readonly repo: Repo;
  readonly caller: Caller;
  /** Who acts: the person, or the app's bot. */
  readonly actor: Account;
  readonly viaApp: boolean;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  /** The Accept header: some answers have more than one form. */
  readonly accept: string;
  readonly body: Json;
};

/** Who may use a route: an app token with one of these permissions (`issues:write`), a person with at least this role. */
export type Access = { readonly app: readonly string[]; readonly person: Role | 'anyone'; readonly hidden?: boolean };

export type Route = {
  readonly method: string;
  readonly template: string;
  readonly access: Access;
  readonly handle: (at: At) => Answer | Promise<Answer>;
};

/** A route below `/repos/{owner}/{repo}`, as GitHub's description writes it. */
export const route = (name: string, access: Access, handle: Route['handle']): Route => {
  const [method = '', path = ''] = name.split(' ');
  return { method, template: `/repos/{owner}/{repo}${path}`, access, handle };
};

export const READ_ISSUES: Access = { app: ['issues:read', 'pull_requests:read'], person: 'read' };
export const WRITE_ISSUES: Access = { app: ['issues:write', 'pull_requests:write'], person: 'anyone' };
export const TRIAGE_ISSUES: Access = { app: ['issues:write', 'pull_requests:write'], person: 'triage' };
export const READ_PULLS: Access = { app: ['pull_requests:read'], person: 'read' };
export const READ_CONTENTS: Access = { app: ['contents:read'], person: 'read' };
export const WRITE_CONTENTS: Access = { app: ['contents:write'], person: 'write' };

const LEVELS = ['read', 'write', 'admin'];

const grants = (permissions: Readonly<Record<string, string>>, needed: string): boolean => {
  const [name = '', level = ''] = needed.split(':');
  if (name === 'metadata') return true;
  return LEVELS.indexOf(permissions[name] ?? '') >= LEVELS.indexOf(level);
};

/** True when a person has at least a role in the repository. */
export const hasRole = (hub: Hub, repo: Repo, account: Account, role: Role): boolean =>
  ROLES.indexOf(roleOf(hub, repo, account.login)) >= ROLES.indexOf(role);

/** True when an app's token has a permission such as `contents:write` in the repository. */
export const reaches = (caller: Caller, repo: Repo, needed: readonly string[]): boolean =>
  caller.kind === 'installation' &&
  (caller.token.repositories === undefined || caller.token.repositories.includes(repo.id)) &&
  needed.some((one) => grants(caller.token.permissions, one));

/** Throws what GitHub answers to somebody who may not use the route: 404 where the repository is out of sight, else 403. */
export const authorize = (hub: Hub, repo: Repo, caller: Caller, access: Access): void => {
  switch (caller.kind) {
    case 'app':
      throw new Refusal(403, 'Resource not accessible by integration');
    case 'installation':
      if (!reaches(caller, repo, ['metadata:read'])) throw notFound();
      if (!reaches(caller, repo, access.app)) throw new Refusal(403, 'Resource not accessible by integration');
      return;
    case 'nobody':
      if (repo.private) throw notFound();
      if (access.person !== 'read') throw new Refusal(401, 'Requires authentication');
      return;
    case 'person': {
      if (!hasRole(hub, repo, caller.account, 'read')) throw notFound();
      if (access.person === 'anyone' || hasRole(hub, repo, caller.account, access.person)) return;
      throw new Refusal(403, `Must have ${access.person} rights to Repository.`);
    }
    default:
      caller satisfies never;
  }
};
