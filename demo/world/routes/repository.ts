import { notFound } from '../front/http.ts';
import { type At, hasRole, type Route, route } from '../front/route.ts';
import { accountOf, type Hub, roleOf } from '../hub.ts';
import type { Json, Repo, Role } from '../state.ts';
import { repositoryJson } from './shapes.ts';

// What the older field `permission` calls the five roles.
const LEGACY: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

const permissionsJson = (hub: Hub, repo: Repo, login: string): Json => {
  const account = accountOf(hub, login);
  const has = (role: Role) => account !== undefined && hasRole(hub, repo, account, role);
  return {
    admin: has('admin'),
    maintain: has('maintain'),
    push: has('write'),
    triage: has('triage'),
    pull: has('read'),
  };
};

const permission = ({ hub, repo, params }: At) => {
  const account = accountOf(hub, params['username'] ?? '');
  if (account === undefined) throw notFound();
  const role = roleOf(hub, repo, account.login);
  const user = { ...account.json, permissions: permissionsJson(hub, repo, account.login), role_name: role };
  return { status: 200, body: { permission: LEGACY[role], user, role_name: role } };
};

/** Routes of a repository as a whole. */
export const repositoryRoutes: readonly Route[] = [
  route('GET ', { app: ['metadata:read'], person: 'read' }, ({ hub, repo, actor }) => ({
    status: 200,
    body: {
      ...repositoryJson(repo),
      organization: repo.json['owner'],
      permissions: permissionsJson(hub, repo, actor.login),
    },
  })),
  route('GET /collaborators/{username}/permission', { app: ['metadata:read'], person: 'write' }, permission),
];
