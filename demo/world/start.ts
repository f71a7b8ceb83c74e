import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrganisation, createTokens, readPeople } from './accounts.ts';
import { githubTime } from './clock.ts';
import { deleteIssue } from './delete-issue.ts';
import { startEmulated } from './emulated.ts';
import { createFaults } from './faults.ts';
import { startFront } from './front/front.ts';
import { accountOf, type Hub, repoOf } from './hub.ts';
import { APP, createApp } from './identity.ts';
import { createLog } from './log.ts';
import { createPerson } from './people.ts';
import { createRepo, renameRepo } from './repositories.ts';
import type { Account, Repo, Role } from './state.ts';
import { uninstall } from './uninstall.ts';
import { createWebhooks } from './webhooks.ts';
import { APP_EVENTS, APP_PERMISSIONS, PEOPLE, type World, type WorldOptions } from './world.ts';

const FIRST_ID = 1_000_001;

const nameOf = ({ owner, name }: Repo): string => `${owner}/${name}`.toLowerCase();
const byLogin = (accounts: readonly Account[]): Map<string, Account> =>
  new Map(accounts.map((account) => [account.login.toLowerCase(), account]));
// Somebody without a role is not listed: what they may do depends on the repository.
const rolesOf = (people: Readonly<Record<string, Role>>): Map<string, Role> =>
  new Map(Object.entries(people).flatMap(([login, role]) => (role === 'none' ? [] : [[login.toLowerCase(), role]])));

/** Starts a GitHub of its own on loopback. Ports, keys, tokens and folders are new for each: any number can run at once. */
export const startWorld = async (options: WorldOptions = {}): Promise<World> => {
  const {
    owner = 'octo-org',
    people = PEOPLE,
    repositories = [{ name: 'shop', files: { 'README.md': '# Shop\n' } }],
    permissions = APP_PERMISSIONS,
    events = APP_EVENTS,
    webhookSecret = randomBytes(20).toString('hex'),
  } = options;
  if (repositories.length === 0) throw new Error('a world needs a repository');
  const tokens = createTokens(Object.keys(people));

  const front = await startFront(options.port ?? 0);
  const folder = await mkdtemp(join(tmpdir(), 'world-'));
  const described = repositories.map((one) => ({
    name: one.name,
    private: one.private ?? false,
    defaultBranch: one.defaultBranch ?? 'main',
  }));
  const app = { ...APP, permissions, events };
  const emulated = await startEmulated({ url: front.url, owner, people: tokens, repositories: described, app });
  const { privateKey } = emulated;

  const organisation = createOrganisation(front.url, owner);
  const persons = await readPeople(front.url, emulated, tokens);
  const authorization = `Bearer ${Object.values(tokens)[0]?.token ?? ''}`;
  const housing = { emulated, authorization, owner: organisation, folder };
  const repos = await Promise.all(repositories.map((one) => createRepo(housing, one)));
  const [first] = repos;
  if (first === undefined) throw new Error('no repository was made');

  const webhooks = createWebhooks(webhookSecret);
  webhooks.setTarget(options.webhookUrl);
  const known = createApp(front.url, organisation, permissions, events, privateKey);
  let nextId = FIRST_ID;
  const hub: Hub = {
    url: front.url,
    repos: new Map(repos.map((repo) => [nameOf(repo), repo])),
    moved: new Map(),
    accounts: byLogin([organisation, known.bot, ...persons]),
    roles: rolesOf(people),
    app: known,
    userTokens: new Map(persons.map((account) => [tokens[account.login]?.token ?? '', account])),
    installationTokens: new Map(),
    webhooks,
    installed: true,
    id: () => nextId++,
    now: githubTime,
  };
  const faults = createFaults();
  const log = createLog();
  front.open({ hub, emulated, faults, log });

  const repoNamed = (name?: string): Repo => {
    const repo = name === undefined ? first : repoOf(hub, ...splitName(owner, name));
    if (repo === undefined) throw new Error(`no repository ${name ?? ''}`);
    return repo;
  };

  return {
    apiUrl: front.url,
    serverUrl: front.url,
    appId: APP.id,
    appSlug: APP.slug,
    privateKey,
    webhookSecret,
    installationId: APP.installation,
    owner,
    repository: { id: first.id, owner, name: first.name },
    as: (who, repository) => {
      const account = accountOf(hub, who) ?? accountOf(hub, `octo-${who}`);
      if (account === undefined) throw new Error(`nobody is called ${who}`);
      const repo = repoNamed(repository);
      return createPerson(front.url, account.login, tokens[account.login]?.token ?? '', `${repo.owner}/${repo.name}`);
    },
    repo: repoNamed,
    addRepository: async (repository) => {
      await emulated.ask('POST', `/orgs/${owner}/repos`, authorization, repository);
      const repo = await createRepo(housing, repository);
      hub.repos.set(nameOf(repo), repo);
    },
    rename: (from, to) => renameRepo(hub, housing, repoNamed(from), to),
    hub,
    setWebhookUrl: webhooks.setTarget,
    deliveries: webhooks.deliveries,
    webhooks,
    requests: log.requests,
    writes: log.writes,
    faults,
    expireTokens: () => {
      for (const token of hub.installationTokens.values()) token.expiresAt = 0;
    },
    deleteIssue: (issue) => deleteIssue(hub, first, persons[0] ?? organisation, issue),
    uninstall: () => uninstall(hub),
    idle: webhooks.idle,
    close: async () => {
      await webhooks.close();
      await front.close();
      await emulated.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
};

const splitName = (owner: string, name: string): [string, string] => {
  const [first = '', second] = name.split('/');
  return second === undefined ? [owner, first] : [first, second];
};
