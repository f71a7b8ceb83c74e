import { describe, expect, it } from 'vitest';
import { eventually, filePlan, itemBody } from '../journeys/local.ts';
import { startRedis } from '../services/redis.ts';
import { type AppProcess, quiet } from './app-process.ts';
import { arm, type Moment, WHILE_INTEGRATING, WHILE_INTEGRATING_AGAIN } from './moments.ts';
import { everythingOnce, pulls, says } from './outside.ts';
import { type Story, storyteller } from './story.ts';

const tell = storyteller();

const NAMES = ['a', 'b', 'c'];

/** All refs of the repository as a person sees them. */
const refs = async ({ world }: Story): Promise<Readonly<Record<string, string>>> => {
  const { body } = await world.as('maintainer').request('GET', '/git/matching-refs/heads/');
  const found = body as { ref: string; object: { sha: string } }[];
  return Object.fromEntries(found.map(({ ref, object }) => [ref.replace('refs/heads/', ''), object.sha]));
};

const outside = (all: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !/^(?:parallel|integration|forkjoin)\//.test(name)));

const integrationHead = async (story: Story): Promise<string> =>
  Object.entries(await refs(story)).find(([name]) => name.startsWith('integration/'))?.[1] ?? '';

const commit = async ({ world }: Story, sha: string): Promise<{ tree: string; parents: readonly string[] }> => {
  const { body } = await world.as('maintainer').request('GET', `/commits/${sha}`);
  const read = body as { commit: { tree: { sha: string } }; parents: { sha: string }[] };
  return { tree: read.commit.tree.sha, parents: read.parents.map((parent) => parent.sha) };
};

/** What an integration consists of: its commits, newest first, each with its parents. */
const chainOf = async (story: Story, head: string, links: number): Promise<readonly string[]> => {
  const chain: string[] = [];
  for (let at = head; chain.length < links; ) {
    const { parents } = await commit(story, at);
    chain.push(`${at} of ${parents.join(' ')}`);
    at = parents[0] ?? '';
  }
  return chain;
};

/** Kills the app at each moment of what `begin` sets off; the next one is prepared before it starts again. */
const killedAt = async (
  story: Story,
  app: AppProcess,
  moments: readonly Moment[],
  begin: () => Promise<unknown>,
  after: (moment: Moment) => Promise<void> = async () => {},
): Promise<AppProcess> => {
  let running = app;
  let begun = false;
  for (const moment of moments) {
    const armed = arm(story, moment);
    if (begun) running = await story.start();
    else await begin();
    begun = true;
    await armed.kill(running);
    await after(moment);
  }
  return story.start();
};

describe('kill -9 at the steps of an integration', () => {
  it('ends in the same commits, in one pull request, and touches no other branch', { timeout: 400_000 }, async () => {
    const redis = await startRedis();
    try {
      const story = await tell({ variables: { REDIS_URL: redis.url }, operator: { slots: 4 } });
      const { world } = story;
      const maintainer = world.as('maintainer');
      await maintainer.push('by-hand', { 'notes.md': 'mine\n' });
      await maintainer.push('parallel-of-a-person', { 'notes.md': 'mine\n' });
      const first = await story.start();
      const filed = await filePlan(
        world,
        NAMES.map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) })),
        { body: '### Goal\nA better shop.\n\n### Verification\n```sh\nsleep 0.6 && test -f README.md\n```' },
      );
      for (const item of filed.items) await says(world, item, 'ready');
      const before = outside(await refs(story));
      let command = 0;
      const heads: string[] = [];
      let app = await killedAt(
        story,
        first,
        WHILE_INTEGRATING,
        async () => {
          command = await maintainer.comment(filed.plan, '/parallel start');
        },
        async () => void heads.push(await integrationHead(story)),
      );
      await eventually(
        async () => ((await says(world, filed.plan, 'proposed')).includes('3/3') ? true : undefined),
        'the panel to tell of the whole',
        90,
      );
      await quiet(story, app);
      const whole = await integrationHead(story);
      expect(new Set(heads.slice(-3)), 'what was pushed before the app died stands').toEqual(new Set([whole]));
      const chain = await chainOf(story, whole, NAMES.length);
      expect(
        chain.map((link) => link.split(' ').length),
        'every link is a merge',
      ).toEqual([4, 4, 4]);
      await everythingOnce(story, filed, command);

      // A member is taken out and let in again: with the same members the same commits come about.
      const item = (await pulls(world)).find((pull) =>
        pull.head.startsWith(`parallel/${filed.plan}/${filed.items[1]}-`),
      );
      const hold = () => maintainer.comment(item?.number ?? 0, '/parallel hold');
      app = await killedAt(story, app, WHILE_INTEGRATING_AGAIN, hold);
      await says(world, filed.plan, 'held by');
      await quiet(story, app);
      expect(await integrationHead(story)).not.toBe(whole);
      await maintainer.comment(item?.number ?? 0, '/parallel unhold');
      await eventually(
        async () => ((await integrationHead(story)) === whole ? true : undefined),
        'the integration to be what it was',
        60,
      );
      await quiet(story, app);
      expect(await chainOf(story, await integrationHead(story), NAMES.length)).toEqual(chain);
      const integrations = (await pulls(world)).filter((pull) => pull.head.startsWith('integration/'));
      expect(integrations.map((pull) => pull.state)).toEqual(['open']);
      expect(outside(await refs(story))).toEqual(before);
      const touched = world.writes.flatMap((write) => write.branches ?? []);
      expect(touched.filter((branch) => !/^(?:parallel|integration)\/1[/-]/.test(branch))).toEqual([]);
    } finally {
      await redis.stop();
    }
  });
});
