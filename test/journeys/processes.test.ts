import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchApp, quiet } from '../faults/app-process.ts';
import { everythingOnce, processesOf, proposed, worktreesOf } from '../faults/outside.ts';
import { startPlan, storyteller, unhurried } from '../faults/story.ts';
import { startRedis } from '../services/redis.ts';
import { folder, type Server } from '../services/server.ts';
import { eventually, itemBody } from './local.ts';

const tell = storyteller();

const FOUR = ['a', 'b', 'c', 'd'].map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) }));

describe('two workers on one Redis', () => {
  let redis: Server;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.stop());

  it('share a plan; when one is killed in the middle of its attempts, the other finishes them', async () => {
    const story = await tell({
      // Longer than a busy machine takes to start all four: whoever is done first would take a third.
      script: unhurried(20),
      operator: { slots: 2 },
      variables: { REDIS_URL: redis.url },
    });
    const [web, one, two] = await Promise.all([
      story.start('web', { home: 'web' }),
      story.start('worker', { home: 'one' }),
      story.start('worker', { home: 'two' }),
    ]);
    const filed = await startPlan(story, FOUR);
    for (const worker of [one, two])
      await eventually(
        () => Promise.resolve(worker.said('Agent: Read').length === 2 ? true : undefined),
        'both workers to have two agents at work',
        60,
      );
    const items = (worker: typeof one) => worker.said('An attempt starts.').map((line) => line['item']);
    expect([...items(one), ...items(two)].sort()).toEqual(filed.items);
    const orphaned = items(one);
    await story.script(unhurried(0.3));
    await one.kill();
    await proposed(story.world, filed.plan);
    await quiet(story, web);
    const second = two.said('An attempt starts.').filter((line) => line['attempt'] === 2);
    expect(second.map((line) => line['item']).sort()).toEqual(orphaned.sort());
    // What the dead worker left on its own disk goes when it comes back.
    expect(await worktreesOf(story.folder)).not.toEqual([]);
    const back = await story.start('worker', { home: 'one' });
    await back.hears('Removed a worktree that nobody works in.');
    await eventually(
      async () => ((await worktreesOf(story.folder)).length === 0 ? true : undefined),
      'no worktree to be left',
    );
    await everythingOnce(story, filed, filed.command);
  });
});

describe('what keeps an app from starting', () => {
  let cwd = '';
  let remove = async (): Promise<void> => {};
  beforeEach(async () => {
    ({ path: cwd, remove } = await folder('configuration'));
  });
  afterEach(() => remove());

  const PATH = process.env['PATH'] ?? '';
  const CREDENTIALS = { APP_ID: '1', WEBHOOK_SECRET: 'correct horse', PRIVATE_KEY_PATH: 'key.pem' };

  it.each(['web', 'worker'] as const)('"forkjoin %s" without a database that several can share', async (verb) => {
    const app = launchApp(verb, { PATH, FORKJOIN_HOME: join(cwd, 'home') }, cwd);
    const { status } = await app.ended();
    expect(status).toBe(2);
    expect(app.text()).toMatch(/^REDIS_URL and DATABASE_URL are missing; expected one of them.*one process only/m);
    expect(app.log).toEqual([]);
    await expect(rm(join(cwd, 'home'), { recursive: true })).rejects.toThrow('ENOENT');
  });

  it('a configuration with mistakes: all of them are told at once', async () => {
    await writeFile(join(cwd, 'forkjoin.yml'), 'slots: 0\nsandbx: none\n');
    const app = launchApp(
      'serve',
      { PATH, ...CREDENTIALS, PORT: '70000', REDIS_URL: 'http://nowhere', FORKJOIN_HOME: join(cwd, 'home') },
      cwd,
    );
    const { status } = await app.ended();
    expect(status).toBe(2);
    for (const named of ['PORT', 'REDIS_URL', 'PRIVATE_KEY_PATH', 'slots', 'sandbx'])
      expect(app.text(), `a word about ${named}`).toMatch(new RegExp(`^.*${named}.*$`, 'm'));
    expect(app.log).toEqual([]);
  });

  it('a Redis that may forget', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'allkeys-lru', '--save', '']);
    try {
      const story = await tell();
      const app = launchApp('serve', story.environment({ variables: { REDIS_URL: redis.url } }), cwd);
      const { status } = await app.ended();
      expect(status).toBe(2);
      expect(app.text()).toMatch(/noeviction/);
    } finally {
      await redis.stop();
    }
  });
});

describe('an app', () => {
  it('is alive as soon as it listens, and ready within a minute', async () => {
    const story = await tell();
    const started = performance.now();
    const app = await story.start();
    const url = String(app.said('Listening on')[0]?.['url']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await eventually(
      async () => ((await fetch(`${url}/readyz`)).status === 200 ? true : undefined),
      'the app to be ready',
      60,
    );
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('ends within 15 s of SIGTERM with an agent at work; nothing survives, and the next start goes on', async () => {
    const story = await tell({ script: unhurried(120) });
    const app = await story.start();
    const filed = await startPlan(story);
    await app.hears('Agent: Read');
    expect(await processesOf(story.folder)).not.toEqual([]);
    const { status, milliseconds } = await app.end();
    expect(status).toBe(0);
    expect(milliseconds).toBeLessThan(15_000);
    expect(await processesOf(story.folder)).toEqual([]);
    expect(await worktreesOf(story.folder)).toEqual([]);
    await story.script(unhurried(0.2));
    const next = await story.start();
    await proposed(story.world, filed.plan);
    await quiet(story, next);
    await everythingOnce(story, filed, filed.command);
  });
});
