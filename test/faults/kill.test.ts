import { describe, expect, it } from 'vitest';
import { filePlan } from '../journeys/local.ts';
import { quiet } from './app-process.ts';
import { arm, killAt, WHILE_AT_WORK, WHILE_CHECKED } from './moments.ts';
import { everythingOnce, processesOf, proposed, says } from './outside.ts';
import { startPlan, storyteller, THREE_AND_ONE, unhurried } from './story.ts';

const tell = storyteller();

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

  it('at every step of one plan: the plan finishes and nothing is done twice', async () => {
    const story = await tell({ script: unhurried(0.3), operator: { limits: { attempts: 20 } } });
    const { world } = story;
    let filed = { plan: 0, items: [] as readonly number[] };
    for (const [at, moment] of WHILE_CHECKED.entries()) {
      arm(story, moment);
      const app = await story.start();
      if (at === 0) filed = await filePlan(world, THREE_AND_ONE);
      await killAt(story, app, moment);
    }
    let command = 0;
    for (const [at, moment] of WHILE_AT_WORK.entries()) {
      world.faults.clear();
      const app = await story.start();
      if (at === 0) for (const item of filed.items) await says(world, item, 'ready');
      arm(story, moment);
      if (at === 0) command = await world.as('maintainer').comment(filed.plan, '/parallel start');
      await killAt(story, app, moment);
    }
    world.faults.clear();
    const last = await story.start();
    await proposed(world, filed.plan);
    await quiet(story, last);
    await everythingOnce(story, filed, command);
  });
});
