import { describe, expect, it } from 'vitest';
import { eventually, filePlan, itemBody } from '../journeys/local.ts';
import { startRedis } from '../services/redis.ts';
import { type AppProcess, quiet } from './app-process.ts';
import { branchesOf, chainOf, integrationHead, ofPeople } from './branches.ts';
import { arm, type Moment, WHILE_INTEGRATING, WHILE_INTEGRATING_AGAIN } from './moments.ts';
import { everythingOnce, pulls, says } from './outside.ts';
import { type Story, storyteller } from './story.ts';

const tell = storyteller();

const NAMES = ['a', 'b', 'c'];

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
      const before = ofPeople(await branchesOf(world));
      let command = 0;
      const heads: string[] = [];
      let app = await killedAt(
        story,
        first,
        WHILE_INTEGRATING,
        async () => {
          command = await maintainer.comment(filed.plan, '/parallel start');
        },
        async () => void heads.push(await integrationHead(world)),
      );
      await eventually(
        async () => ((await says(world, filed.plan, 'proposed')).includes('3/3') ? true : undefined),
        'the panel to tell of the whole',
        90,
      );
      await quiet(story, app);
      const whole = await integrationHead(world);
      expect(new Set(heads.slice(-3)), 'what was pushed before the app died stands').toEqual(new Set([whole]));
      const chain = await chainOf(world, whole, NAMES.length);
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
      expect(await integrationHead(world)).not.toBe(whole);
      await maintainer.comment(item?.number ?? 0, '/parallel unhold');
      await eventually(
        async () => ((await integrationHead(world)) === whole ? true : undefined),
        'the integration to be what it was',
        60,
      );
      await quiet(story, app);
      expect(await chainOf(world, await integrationHead(world), NAMES.length)).toEqual(chain);
      const integrations = (await pulls(world)).filter((pull) => pull.head.startsWith('integration/'));
      expect(integrations.map((pull) => pull.state)).toEqual(['open']);
      expect(ofPeople(await branchesOf(world))).toEqual(before);
      const touched = world.writes.flatMap((write) => write.branches ?? []);
      expect(touched.filter((branch) => !/^(?:parallel|integration)\/1[/-]/.test(branch))).toEqual([]);
    } finally {
      await redis.stop();
    }
  });
});
