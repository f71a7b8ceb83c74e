import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { chanceOf } from '../fuzz/chance.ts';
import { eventually, filePlan, itemBody, ourComments } from '../journeys/local.ts';
import { startRedis } from '../services/redis.ts';
import { type AppProcess, quiet } from './app-process.ts';
import { branchesOf, chainOf, integrationHead, ofPeople } from './branches.ts';
import { endProcesses, everythingOnce, processesOf, pulls, says, worktreesOf } from './outside.ts';
import { storyteller } from './story.ts';

const tell = storyteller();

const NAMES = ['a', 'b', 'c'];
const KILLS = Number(process.env['FORKJOIN_KILLS'] ?? 4);
const SEED = Number(process.env['FORKJOIN_SEED'] ?? Math.floor(Math.random() * 1_000_000));
/** Who dies: the app alone, with everything that it started, or one git under it. */
const VICTIMS = ['app', 'whole', 'git'] as const;

describe('kill -9 at any instant of an integration', () => {
  it(`ends in the same commits, in one pull request, and touches no other branch (seed ${SEED})`, {
    timeout: 120_000 + KILLS * 30_000,
  }, async () => {
    const redis = await startRedis();
    try {
      const story = await tell({
        variables: { REDIS_URL: redis.url },
        operator: { slots: 4, limits: { attempts: 20 } },
      });
      const { world } = story;
      const maintainer = world.as('maintainer');
      const chance = chanceOf(SEED);
      await maintainer.push('by-hand', { 'notes.md': 'mine\n' });
      let app: AppProcess = await story.start();
      /** Kills after some of so many milliseconds; the app works again when it returns. */
      const struck = async (milliseconds: number): Promise<string> => {
        const victim = chance.one(VICTIMS);
        const moment = chance.below(milliseconds);
        await after(moment);
        if (victim === 'git') await endProcesses(story.folder, /^(?:\S*\/)?git /, 1);
        else {
          await app.kill();
          if (victim === 'whole') await endProcesses(story.folder, /./);
          app = await story.start();
        }
        return `${victim} after ${moment} of ${Math.round(milliseconds)} ms`;
      };

      const filed = await filePlan(
        world,
        NAMES.map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) })),
        { body: '### Goal\nA better shop.\n\n### Verification\n```sh\nsleep 0.4 && test -f README.md\n```' },
      );
      for (const item of filed.items) await says(world, item, 'ready');
      const before = ofPeople(await branchesOf(world));
      const command = await maintainer.comment(filed.plan, '/parallel start');
      let kills = 0;
      const isWhole = async () => (await says(world, filed.plan, /./)).includes('3/3');
      for (; kills < Math.min(KILLS / 2, 15) && !(await isWhole()); kills += 1) await struck(6_000);
      await eventually(async () => ((await isWhole()) ? true : undefined), 'the panel to tell of the whole', 90);
      await quiet(story, app);
      const whole = await integrationHead(world);
      expect((await chainOf(world, whole, NAMES.length)).map((link) => link.split(' ').length)).toEqual([4, 4, 4]);
      await everythingOnce(story, filed, command);

      // A member is taken out and let in again: with the same members the same commits come about.
      const member = (await pulls(world)).find(({ head }) =>
        head.startsWith(`parallel/${filed.plan}/${filed.items[1]}-`),
      );
      let without: string | undefined;
      let milliseconds = 8_000;
      for (; kills < KILLS; kills += 1) {
        const out = (await integrationHead(world)) === whole;
        const began = performance.now();
        await maintainer.comment(member?.number ?? 0, out ? '/parallel hold' : '/parallel unhold');
        const what = `kill ${kills} of seed ${SEED}: ${await struck(milliseconds)}`;
        const wanted = out ? without : whole;
        without = await eventually(
          async () => {
            const head = await integrationHead(world);
            const there = wanted === undefined ? head !== whole : head === wanted;
            return there ? (out ? head : (without ?? head)) : undefined;
          },
          `the integration ${out ? 'without' : 'with'} its member, ${what}`,
          60,
        );
        await quiet(story, app);
        // Half of it is a round, the other half what it took to start again.
        milliseconds = Math.min(milliseconds, (performance.now() - began) / 2);
        expect(await worktreesOf(story.folder), what).toEqual([]);
        await expect.poll(() => processesOf(story.folder), { timeout: 15_000, message: what }).toEqual([]);
        for (const issue of [filed.plan, ...filed.items]) expect(await ourComments(world, issue), what).toHaveLength(1);
      }
      const integrations = (await pulls(world)).filter(({ head }) => head.startsWith('integration/'));
      expect(integrations.map(({ state }) => state)).toEqual(['open']);
      expect(ofPeople(await branchesOf(world))).toEqual(before);
      const touched = world.writes.flatMap((write) => write.branches ?? []);
      expect(touched.filter((branch) => !/^(?:parallel|integration)\/1[/-]/.test(branch))).toEqual([]);
    } finally {
      await redis.stop();
    }
  });
});
