import { describe, expect, it } from 'vitest';
import { filePlan } from '../journeys/local.ts';
import { startRedis } from '../services/redis.ts';
import { type AppProcess, quiet } from './app-process.ts';
import { arm, killAt, type Moment, WHILE_AT_WORK, WHILE_CHECKED } from './moments.ts';
import { everythingOnce, processesOf, proposed, says } from './outside.ts';
import { seeded } from './seeded.ts';
import { type Story, startPlan, storyteller, THREE_AND_ONE, unhurried } from './story.ts';

const tell = storyteller();

/** Enough starts for a plan that is killed over and over. */
const PATIENT = { limits: { attempts: 20 } };

/** Starts the app, files a plan with it, and kills it at each of the moments; the next start goes on. */
const killedAt = async (story: Story, moments: readonly Moment[], start: () => Promise<AppProcess>): Promise<void> => {
  const { world } = story;
  const checked = moments.filter((moment) => WHILE_CHECKED.includes(moment));
  let app = await start();
  for (const [at, moment] of checked.entries()) {
    arm(story, moment);
    if (at === 0) await filePlan(world, THREE_AND_ONE);
    await killAt(story, app, moment);
    app = await start();
  }
  if (checked.length === 0) await filePlan(world, THREE_AND_ONE);
  for (const item of [2, 3, 4, 5]) await says(world, item, 'ready');
  let command: number | undefined;
  for (const moment of moments.filter((one) => WHILE_AT_WORK.includes(one))) {
    arm(story, moment);
    command ??= await world.as('maintainer').comment(1, '/parallel start');
    await killAt(story, app, moment);
    app = await start();
  }
  world.faults.clear();
  await proposed(world, 1);
  await quiet(story, app);
  await everythingOnce(story, { plan: 1, items: [2, 3, 4, 5] }, command ?? 0);
};

describe('kill -9', () => {
  it('while agents work: the plan finishes and nothing is done twice', async () => {
    const story = await tell({ script: unhurried(1) });
    const first = await story.start();
    const filed = await startPlan(story);
    await first.hears('Agent:');
    expect(await processesOf(story.folder)).not.toEqual([]);
    await first.kill();
    const second = await story.start();
    await proposed(story.world, filed.plan);
    await quiet(story, second);
    await everythingOnce(story, filed, filed.command);
  });

  it('at every step of one plan: the plan finishes and nothing is done twice', { timeout: 600_000 }, async () => {
    const story = await tell({ script: unhurried(0.3), operator: PATIENT });
    await killedAt(story, [...WHILE_CHECKED, ...WHILE_AT_WORK], () => story.start());
  });

  const seed = Number(process.env['FORKJOIN_SEED'] ?? Math.floor(Math.random() * 1_000_000));
  const drawn = seeded(seed).some(WHILE_AT_WORK, 3);
  it(`with Redis, when ${drawn.map((moment) => moment.title).join('; when ')} (seed ${seed})`, {
    timeout: 400_000,
  }, async () => {
    const redis = await startRedis();
    try {
      const story = await tell({ script: unhurried(0.3), operator: PATIENT, variables: { REDIS_URL: redis.url } });
      await killedAt(story, drawn, () => story.start());
    } finally {
      await redis.stop();
    }
  });
});
