import { describe, expect, it } from 'vitest';
import { filePlan } from '../journeys/local.ts';
import { startRedis } from '../services/redis.ts';
import { type AppProcess, quiet } from './app-process.ts';
import { arm, type Moment, WHILE_AT_WORK, WHILE_CHECKED } from './moments.ts';
import { everythingOnce, processesOf, proposed, says } from './outside.ts';
import { seeded } from './seeded.ts';
import { type Story, startPlan, storyteller, THREE_AND_ONE, unhurried } from './story.ts';

const tell = storyteller();

/** Enough starts for a plan that is killed over and over. */
const PATIENT = { limits: { attempts: 20 } };

/** Starts the app and kills it at each of the moments, the next of which is prepared before it starts again. */
const killedAt = async (
  story: Story,
  app: AppProcess,
  [first, ...rest]: readonly Moment[],
  begin: () => Promise<unknown>,
): Promise<AppProcess> => {
  if (first === undefined) throw new Error('no moment to kill at');
  let armed = arm(story, first);
  let running = app;
  await begin();
  for (const next of [...rest, undefined]) {
    await armed.kill(running);
    if (next !== undefined) armed = arm(story, next);
    running = await story.start();
  }
  return running;
};

/** A plan whose app is killed while it is checked and while it is worked on: it finishes, and everything is done once. */
const finishes = async (story: Story, checked: readonly Moment[], worked: readonly Moment[]): Promise<void> => {
  const { world } = story;
  const file = () => filePlan(world, THREE_AND_ONE);
  let app = await story.start();
  if (checked.length === 0) await file();
  else app = await killedAt(story, app, checked, file);
  for (const item of [2, 3, 4, 5]) await says(world, item, 'ready');
  let command = 0;
  app = await killedAt(story, app, worked, async () => {
    command = await world.as('maintainer').comment(1, '/parallel start');
  });
  await proposed(world, 1);
  await quiet(story, app);
  await everythingOnce(story, { plan: 1, items: [2, 3, 4, 5] }, command);
};

describe('kill -9', () => {
  it('while agents work: the plan finishes and nothing is done twice', async () => {
    const story = await tell({ script: unhurried(120) });
    const first = await story.start();
    const filed = await startPlan(story);
    await first.hears('Agent:');
    expect(await processesOf(story.folder)).not.toEqual([]);
    await first.kill();
    // Agents go with the app, before anybody comes to sweep.
    await expect.poll(() => processesOf(story.folder), { timeout: 10_000 }).toEqual([]);
    await story.script(unhurried(0.3));
    const second = await story.start();
    await proposed(story.world, filed.plan);
    await quiet(story, second);
    await everythingOnce(story, filed, filed.command);
  });

  it('at every step of one plan: the plan finishes and nothing is done twice', { timeout: 600_000 }, async () => {
    const story = await tell({ script: unhurried(0.3), operator: PATIENT });
    await finishes(story, WHILE_CHECKED, WHILE_AT_WORK);
  });

  const seed = Number(process.env['FORKJOIN_SEED'] ?? Math.floor(Math.random() * 1_000_000));
  const drawn = seeded(seed).some(WHILE_AT_WORK, 3);
  it(`with Redis, when ${drawn.map((moment) => moment.title).join('; when ')} (seed ${seed})`, {
    timeout: 400_000,
  }, async () => {
    const redis = await startRedis();
    try {
      const story = await tell({ script: unhurried(0.3), operator: PATIENT, variables: { REDIS_URL: redis.url } });
      await finishes(story, [], drawn);
    } finally {
      await redis.stop();
    }
  });
});
