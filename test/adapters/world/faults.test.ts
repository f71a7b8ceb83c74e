import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runGit } from '../../../demo/world/git/git.ts';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';
import { call, mint } from './app-client.ts';

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';

describe('faults of the local world', () => {
  let world: World;
  let token: string;
  beforeEach(async () => {
    world = await startWorld();
    token = await mint(world);
    await world.as('maintainer').createIssue({ title: 'One' });
  });
  afterEach(() => world.close());

  const comment = (body: string) => call(world, token, 'POST', '/repos/octo-org/shop/issues/1/comments', { body });
  const comments = async () => (await world.as('maintainer').comments(1)).map(({ body }) => body);

  test('an error before leaves nothing done, one after leaves it done', async () => {
    world.faults.add({ route: COMMENTS, kind: 'before', status: 502 });
    world.faults.add({ route: COMMENTS, kind: 'after' });
    expect((await comment('one')).status).toBe(502);
    expect(await comments()).toEqual([]);
    expect((await comment('two')).status).toBe(500);
    expect(await comments()).toEqual(['two']);
    expect((await comment('three')).status).toBe(201);
    expect(world.faults.left).toEqual([]);
  });

  test('a cut connection hides that it was done', async () => {
    world.faults.add({ method: 'POST', route: /comments$/, kind: 'cut' });
    await expect(comment('one')).rejects.toThrow();
    expect(await comments()).toEqual(['one']);
    expect(world.writes.at(-1)).toMatchObject({ route: COMMENTS, number: 1, status: 0 });
  });

  test('the secondary limit says how long to wait, as often as it was set', async () => {
    world.faults.add({ route: COMMENTS, kind: 'secondary', retryAfter: 7, times: 2 });
    for (const _ of [1, 2]) {
      const { status, headers, body } = await comment('one');
      expect([status, headers.get('retry-after')]).toEqual([403, '7']);
      expect(body['message']).toContain('secondary rate limit');
    }
    expect((await comment('one')).status).toBe(201);
  });

  test('GitHub can be away altogether, for the app alone', async () => {
    world.faults.add({ route: /./, kind: 'lost', times: Number.POSITIVE_INFINITY });
    await expect(comment('one')).rejects.toThrow();
    const git = (secret: string) => {
      const header = `http.extraHeader=Authorization: Bearer ${secret}`;
      return runGit(['-c', header, 'ls-remote', `${world.serverUrl}/octo-org/shop.git`]);
    };
    expect((await git(token)).stderr).toContain('Empty reply');
    expect((await git(world.as('writer').token)).status).toBe(0);
    expect(await comments()).toEqual([]);
    world.faults.clear();
    expect((await comment('two')).status).toBe(201);
  });

  test('an answer can be held back until the test says so', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    world.faults.add({ route: COMMENTS, kind: 'hold', when: 'after', until: promise });
    let answered = false;
    const asked = comment('held').then(() => {
      answered = true;
    });
    while ((await comments()).length === 0) await new Promise((done) => setImmediate(done));
    expect(answered).toBe(false);
    resolve();
    await asked;
    expect(answered).toBe(true);
  });

  test('a delay is slow, and faults strike the app only', async () => {
    world.faults.add({ route: COMMENTS, kind: 'delay', milliseconds: 150 });
    await world.as('maintainer').comment(1, 'fast');
    const started = performance.now();
    await comment('slow');
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  test('a push can be lost before it arrives, and its answer after', async () => {
    const { git } = world.repo();
    const main = (await git.commit('refs/heads/main')) ?? '';
    const remote = `${world.serverUrl.replace('//', `//x-access-token:${token}@`)}/octo-org/shop.git`;
    const push = async (branch: string) =>
      (await runGit([`--git-dir=${git.path}`, 'push', remote, `${main}:refs/heads/${branch}`])).status;
    world.faults.add({ route: 'git-receive-pack', kind: 'before' });
    expect(await push('one')).not.toBe(0);
    world.faults.add({ route: 'git-receive-pack', kind: 'cut' });
    expect(await push('two')).not.toBe(0);
    expect([...world.repo().heads.keys()].sort()).toEqual(['main', 'two']);
  });

  test('every write of the app is on record, and reads and tokens are not', async () => {
    await comment('one');
    await call(world, token, 'GET', '/repos/octo-org/shop');
    await mint(world);
    expect(world.writes).toMatchObject([
      { method: 'POST', route: COMMENTS, number: 1, status: 201, body: { body: 'one' } },
    ]);
  });
});
