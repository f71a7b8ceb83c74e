import type { Fault } from '../../demo/world/faults.ts';
import type { World } from '../../demo/world/world.ts';
import { eventually, type Local, ourComments } from '../journeys/local.ts';
import type { AppProcess } from './app-process.ts';
import { pulls, worktreesOf } from './outside.ts';

/** A moment in a plan's life at which the app may die. */
export type Moment = {
  readonly title: string;
  /** A request whose answer never comes, so that the moment lasts; the first one once `since` holds. */
  readonly held?: Pick<Fault, 'method' | 'route'>;
  readonly since?: (world: World) => boolean;
  /** Has it come? Asked until it has; absent when the held request is all there is to it. */
  readonly come?: (at: { readonly local: Local; readonly app: AppProcess }) => boolean | Promise<boolean>;
};

const ISSUES = [1, 2, 3, 4, 5];
const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';

const REACTIONS = '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';
const CHECK_RUNS = '/repos/{owner}/{repo}/check-runs';
const PULLS = '/repos/{owner}/{repo}/pulls';

const commented = async (world: World): Promise<boolean> =>
  (await Promise.all(ISSUES.map((issue) => ourComments(world, issue)))).flat().length > 0;

const pushed = (world: World, prefix: string): number =>
  world.writes.filter((write) => write.branches?.some((branch) => branch.startsWith(prefix)) === true).length;

/** Have all items their pull requests? What is pushed and opened then is the integration. */
const allOpened = (world: World): boolean =>
  world.writes.filter(({ route, method, status }) => method === 'POST' && route === PULLS && status === 201).length >=
  4;

const opened = async (world: World, prefix: string): Promise<boolean> =>
  (await pulls(world)).some((pull) => pull.head.startsWith(prefix));

/** In the order in which a plan of four items comes to them. Before the command: */
export const WHILE_CHECKED: readonly Moment[] = [
  {
    title: 'a comment stands, and nobody told the app',
    held: { method: 'POST', route: COMMENTS },
    come: ({ local }) => commented(local.world),
  },
];

/** … and after it. */
export const WHILE_AT_WORK: readonly Moment[] = [
  {
    title: 'the command got its reaction, and nobody told the app',
    held: { method: 'POST', route: REACTIONS },
  },
  {
    title: 'the integration branch is made, and nobody told the app',
    held: { method: 'POST', route: 'git-receive-pack' },
    come: ({ local }) => pushed(local.world, 'integration/') > 0,
  },
  { title: 'an attempt is claimed', come: ({ app }) => app.said('An attempt starts.').length > 0 },
  { title: 'an agent is at work', come: ({ app }) => app.said('Agent: Read').length > 0 },
  {
    title: 'a commit is being verified',
    come: async ({ local }) => (await worktreesOf(local.folder)).some((name) => name.endsWith('-verify')),
  },
  {
    title: 'a branch is pushed, and nobody told the app',
    held: { method: 'POST', route: 'git-receive-pack' },
    since: (world) => pushed(world, 'integration/') > 0,
    come: ({ local }) => pushed(local.world, 'parallel/') > 0,
  },
  {
    title: 'a branch is pushed, and its pull request is being looked for',
    held: { method: 'GET', route: PULLS },
    since: (world) => pushed(world, 'parallel/') > 0,
    come: ({ local }) => pushed(local.world, 'parallel/') > 0,
  },
  {
    title: 'a pull request is open, and nobody told the app',
    held: { method: 'POST', route: PULLS },
    come: ({ local }) => opened(local.world, 'parallel/'),
  },
  {
    title: 'a check run is there, and nobody told the app',
    held: { method: 'POST', route: CHECK_RUNS },
  },
  {
    title: 'members are being merged',
    come: async ({ local }) => (await worktreesOf(local.folder)).some((name) => name.includes('-integration-')),
  },
  {
    title: 'the integration is pushed, and nobody told the app',
    held: { method: 'POST', route: 'git-receive-pack' },
    since: allOpened,
    come: ({ local }) => pushed(local.world, 'integration/') > 1,
  },
  {
    title: 'the integration is pushed, and its pull request is being looked for',
    held: { method: 'GET', route: PULLS },
    since: (world) => pushed(world, 'integration/') > 1,
    come: ({ local }) => pushed(local.world, 'integration/') > 1,
  },
  {
    title: 'the integration pull request is open, and nobody told the app',
    held: { method: 'POST', route: PULLS },
    since: allOpened,
    come: ({ local }) => opened(local.world, 'integration/'),
  },
  {
    title: 'a comment is edited, and nobody told the app',
    held: { method: 'PATCH', route: '/repos/{owner}/{repo}/issues/comments/{comment_id}' },
    since: (world) => pushed(world, 'integration/') > 1,
  },
];

/** The steps of one integration, for a plan whose members are proposed already; the first push made the branch. */
export const WHILE_INTEGRATING: readonly Moment[] = [
  { title: 'the base is being verified', come: ({ app }) => app.said('A chain is verified.').length > 0 },
  {
    title: 'members are merged and being verified',
    come: ({ app }) => app.said('A chain is verified.').some((line) => line['of'] !== undefined),
  },
  {
    title: 'the whole is pushed, and nobody told the app',
    held: { method: 'POST', route: 'git-receive-pack' },
  },
  {
    title: 'the integration is pushed, and its pull request is being looked for',
    held: { method: 'GET', route: PULLS },
  },
  {
    title: 'the integration pull request is open, and nobody told the app',
    held: { method: 'POST', route: PULLS },
    come: ({ local }) => opened(local.world, 'integration/'),
  },
];

/** … and of the one that takes a member out again. */
export const WHILE_INTEGRATING_AGAIN: readonly Moment[] = [
  {
    title: 'the next integration is pushed, and nobody told the app',
    held: { method: 'POST', route: 'git-receive-pack' },
  },
  {
    title: 'the pull request is rewritten, and nobody told the app',
    held: { method: 'PATCH', route: '/repos/{owner}/{repo}/pulls/{pull_number}' },
  },
];

/** A moment that is waited for. */
export type Armed = {
  /** Waits for the moment, and kills the app in it. The held answer then goes to nobody. */
  readonly kill: (app: AppProcess) => Promise<void>;
};

/** How long a moment that came is waited for to be held, milliseconds: a quick app may be past it already. */
const PATIENCE = 3_000;

/** Takes hold of the moment's request, if it has one; before the app can come to it. */
export const arm = (local: Local, moment: Moment): Armed => {
  const { world } = local;
  const { faults } = world;
  const { promise, resolve } = Promise.withResolvers<void>();
  const { held, since = () => true } = moment;
  faults.clear();
  let waiting = held !== undefined;
  const hold = (): void => {
    if (held === undefined || !waiting || !since(world)) return;
    waiting = false;
    faults.add({ ...held, kind: 'hold', when: 'after', until: promise });
  };
  hold();
  const timer = setInterval(hold, 5);
  return {
    kill: async (app) => {
      let came: number | undefined;
      await eventually(
        async () => {
          const struck = !waiting && faults.left.length === 0;
          if (moment.come === undefined) return struck ? true : undefined;
          if (!(await moment.come({ local, app }))) return undefined;
          came ??= performance.now();
          return struck || performance.now() - came > PATIENCE ? true : undefined;
        },
        `the moment when ${moment.title}`,
        60,
      ).finally(() => clearInterval(timer));
      await app.kill();
      resolve();
    },
  };
};
