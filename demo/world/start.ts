import { createPublicKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulated, startEmulated } from './emulated.ts';
import { createFaults } from './faults.ts';
import { startFront } from './front/front.ts';
import { type App, accountOf, type Hub, repoOf } from './hub.ts';
import { createLog } from './log.ts';
import { createPerson } from './people.ts';
import { createRepo, renameRepo } from './repositories.ts';
import { accountJson, nodeId } from './routes/shapes.ts';
import type { Account, Json, Repo, Role } from './state.ts';
import { uninstall } from './uninstall.ts';
import { createWebhooks } from './webhooks.ts';
import { APP_EVENTS, APP_PERMISSIONS, PEOPLE, type World, type WorldOptions } from './world.ts';

const APP = { id: 100_001, slug: 'forkjoin-local', name: 'Forkjoin (local)', installation: 500_001 } as const;
const BOT_ID = 900_001;
const ORGANISATION_ID = 900_002;
const FIRST_ID = 1_000_001;

const githubTime = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

// Newer than the list of events that GitHub's description allows an app in a payload to have.
const UNLISTED = new Set(['issue_dependencies', 'sub_issues']);

const appJson = (url: string, owner: Account, permissions: Json, events: readonly string[]): Json => ({
  id: APP.id,
  slug: APP.slug,
  node_id: nodeId('A', APP.id),
  client_id: 'Iv1.world',
  owner: owner.json,
  name: APP.name,
  description: '',
  external_url: url,
  html_url: `${url}/apps/${APP.slug}`,
  created_at: githubTime(),
  updated_at: githubTime(),
  permissions,
  events: events.filter((event) => !UNLISTED.has(event)),
});

const createAccounts = async (
  url: string,
  emulated: Emulated,
  tokens: Readonly<Record<string, { token: string }>>,
): Promise<Account[]> =>
  Promise.all(
    Object.entries(tokens).map(async ([login, { token }]) => {
      const { body } = await emulated.ask('GET', '/user', `Bearer ${token}`);
      const id = Number(body['id']);
      const type = login.endsWith('[bot]') ? 'Bot' : 'User';
      return { login, id, type, json: accountJson(url, login, id, type) };
    }),
  );

/** Starts a GitHub of its own on loopback. Ports, keys, tokens and folders are new for each: any number can run at once. */
export const startWorld = async (options: WorldOptions = {}): Promise<World> => {
  const owner = options.owner ?? 'octo-org';
  const people: Readonly<Record<string, Role>> = options.people ?? PEOPLE;
  const wanted = options.repositories ?? [{ name: 'shop', files: { 'README.md': '# Shop\n' } }];
  const permissions = { ...(options.permissions ?? APP_PERMISSIONS) };
  const events = options.events ?? APP_EVENTS;
  const webhookSecret = options.webhookSecret ?? randomBytes(20).toString('hex');
  const tokens = Object.fromEntries(
    Object.keys(people).map((login) => [login, { token: `ghp_${randomBytes(18).toString('hex')}` }]),
  );

  const front = await startFront(options.port ?? 0);
  const folder = await mkdtemp(join(tmpdir(), 'world-'));
  const emulated = await startEmulated({
    url: front.url,
    owner,
    people: tokens,
    repositories: wanted.map(({ name, ...rest }) => ({
      name,
      private: rest.private ?? false,
      defaultBranch: rest.defaultBranch ?? 'main',
    })),
    app: { ...APP, permissions, events },
  });

  const organisation = {
    login: owner,
    id: ORGANISATION_ID,
    type: 'Organization',
    json: accountJson(front.url, owner, ORGANISATION_ID, 'Organization'),
  };
  const botLogin = `${APP.slug}[bot]`;
  const bot = { login: botLogin, id: BOT_ID, type: 'Bot', json: accountJson(front.url, botLogin, BOT_ID, 'Bot') };
  const persons = await createAccounts(front.url, emulated, tokens);
  const authorization = `Bearer ${Object.values(tokens)[0]?.token ?? ''}`;
  const housing = { emulated, authorization, owner: organisation, folder };
  const repos = await Promise.all(wanted.map((one) => createRepo(housing, one)));
  const [first] = repos;
  if (first === undefined) throw new Error('a world needs a repository');

  const app: App = {
    id: APP.id,
    slug: APP.slug,
    bot,
    json: appJson(front.url, organisation, permissions, events),
    installation: APP.installation,
    permissions,
    events,
    publicKey: createPublicKey(emulated.privateKey),
  };
  let nextId = FIRST_ID;
  const webhooks = createWebhooks(webhookSecret);
  webhooks.setTarget(options.webhookUrl);
  const hub: Hub = {
    url: front.url,
    moved: new Map(),
    repos: new Map(repos.map((repo) => [`${repo.owner}/${repo.name}`.toLowerCase(), repo])),
    accounts: new Map([organisation, bot, ...persons].map((account) => [account.login.toLowerCase(), account])),
    roles: new Map(
      Object.entries(people).flatMap(([login, role]) => (role === 'none' ? [] : [[login.toLowerCase(), role]])),
    ),
    app,
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
    privateKey: emulated.privateKey,
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
      hub.repos.set(`${owner}/${repo.name}`.toLowerCase(), repo);
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
