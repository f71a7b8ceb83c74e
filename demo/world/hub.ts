import type { KeyObject } from 'node:crypto';
import type { Account, Json, Repo, Role } from './state.ts';
import type { Webhooks } from './webhooks.ts';

/** A token of the app for its installation. Expires an hour after it was minted; can be revoked before. */
export type InstallationToken = {
  readonly permissions: Readonly<Record<string, string>>;
  /** Ids of the repositories it reaches; undefined: all of the installation. */
  readonly repositories?: readonly number[];
  expiresAt: number;
};

/** The GitHub App that is installed in this world. `json` is GitHub's "integration". */
export type App = {
  readonly id: number;
  readonly slug: string;
  readonly bot: Account;
  readonly json: Json;
  readonly installation: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly publicKey: KeyObject;
};

/** Everything that the routes of one world share. */
export type Hub = {
  /** Origin of API, pages and git remotes, without a trailing slash. */
  readonly url: string;
  readonly repos: Map<string, Repo>;
  /** Repositories by names that they had before. */
  readonly moved: Map<string, Repo>;
  readonly accounts: Map<string, Account>;
  readonly roles: Map<string, Role>;
  readonly app: App;
  readonly userTokens: Map<string, Account>;
  readonly installationTokens: Map<string, InstallationToken>;
  readonly webhooks: Webhooks;
  /** False once somebody took the app off the account: no token is good any more, and nothing is told. */
  installed: boolean;
  /** The next id; one row of numbers for everything, so that no two things are mistaken for each other. */
  readonly id: () => number;
  /** Now as GitHub writes it: UTC, whole seconds. */
  readonly now: () => string;
};

export const repoOf = (hub: Hub, owner: string, name: string): Repo | undefined =>
  hub.repos.get(`${owner}/${name}`.toLowerCase());

/** The repository that had this name before, and is called otherwise now. */
export const movedOf = (hub: Hub, owner: string, name: string): Repo | undefined =>
  hub.moved.get(`${owner}/${name}`.toLowerCase());

export const accountOf = (hub: Hub, login: string): Account | undefined => hub.accounts.get(login.toLowerCase());

/** What a person may do in a repository; a public one can be read by everybody. */
export const roleOf = (hub: Hub, repo: Repo, login: string): Role =>
  hub.roles.get(login.toLowerCase()) ?? (repo.private ? 'none' : 'read');
