import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withNotice } from '#core/journey/step.ts';
import type { Effect, Plan } from '#core/types.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

/** Long enough for an agent to be at work all the while; it is stopped when the world is closed. */
const LONG = 120;

describe('a change that is saved after the panel of its ten seconds was written', () => {
  let local: Local;
  beforeAll(async () => {
    local = await openLocal({ script: { '*': { write: { 'src/a.md': 'A' }, seconds: LONG } } });
  });
  afterAll(() => local.close());

  it('is shown all the same, though nothing else happens', async () => {
    const { plan } = await filePlan(local.world, [{ title: 'Add a', body: itemBody('src/a.md') }]);
    await local.plan(plan, allReady(1));
    await local.world.as('maintainer').comment(plan, '/parallel start');
    const { id, repository } = await local.plan(
      plan,
      ({ items: [item] }) => item?.state.name === 'running' && item.state.step === 'implement',
    );
    const { store, queues } = local.running();
    const since = '2026-01-01T00:00:00.000Z';
    const effect: Effect = { kind: 'panel', name: `${id}-panel-at-2026010100000`, since };
    const written = async (): Promise<void> => {
      await queues.effects([{ plan: id, repository, effect }]);
      await eventually(
        async () => ((await queues.depth())[`effects-${repository.installation}`] === 0 ? true : undefined),
        'all effects to be done',
      );
    };
    await written();
    const stored = await store.load(id);
    if (stored === undefined) throw new Error('the plan is gone');
    await store.commit({
      plan: withNotice(stored.plan, plan, 'This came late.', since),
      expected: stored.version,
      effects: [],
      facts: ['late'],
    });
    await written();
    expect(await local.comment(plan)).toContain('This came late.');
  });
});

describe('members that change while others are in the integration', () => {
  let local: Local;
  beforeAll(async () => {
    local = await openLocal({ files: { '.github/parallel.yml': 'attempts: 3\n' }, operator: { slots: 4 } });
  });
  afterAll(() => local.close());

  const maintainer = () => local.world.as('maintainer');
  const writer = () => local.world.as('writer');

  const pullOf = (plan: Plan, index: number): number => {
    const state = plan.items[index]?.state;
    return state !== undefined && 'pull' in state ? (state.pull ?? 0) : 0;
  };
  const is = (index: number, name: string) => (plan: Plan) => plan.items[index]?.state.name === name;
  const integrationOf = (plan: Plan): number =>
    'pull' in plan.state && typeof plan.state.pull === 'number' ? plan.state.pull : 0;
  /** The state that follows, when nothing is under way any more. */
  const then = async (issue: number, done: (plan: Plan) => boolean): Promise<Plan> =>
    local.plan(issue, (plan) => done(plan) && plan.state.name !== 'integrating');
  /** A person merges one branch into another and pushes; the commit. */
  const mergeByHand = async (into: string, from: string): Promise<string> => {
    const { world, folder } = local;
    const { login, token } = maintainer();
    const clone = join(folder, 'by-hand');
    const run = (...args: string[]) => promisify(execFile)('git', ['-C', clone, ...args]);
    await mkdir(clone);
    await run('init', '--quiet');
    await run('config', 'user.email', 'octo@example.org');
    await run('config', 'user.name', login);
    const remote = `${world.serverUrl.replace('//', `//${login}:${token}@`)}/${world.repository.owner}/${world.repository.name}.git`;
    await run('fetch', '--quiet', remote, `${into}:here`, `${from}:there`);
    await run('checkout', '--quiet', 'here');
    await run('merge', '--quiet', '--no-edit', 'there');
    await run('push', '--quiet', remote, `here:refs/heads/${into}`);
    return (await run('rev-parse', 'HEAD')).stdout.trim();
  };
  /** The member has this head and is proposed with it. */
  const heardOf = (issue: number, index: number, head: string): Promise<Plan> =>
    local.plan(issue, (plan) => {
      const state = plan.items[index]?.state;
      return state?.name === 'proposed' && state.work.head === head;
    });
  const panelSays = (issue: number, words: string): Promise<true> =>
    eventually(
      async () => ((await local.comment(issue))?.includes(words) ? true : undefined),
      `the panel to say ${words}`,
    );
  const file = async (path: string, ref: string): Promise<string> => {
    const { body } = await maintainer().request('GET', `/contents/${path}?ref=${encodeURIComponent(ref)}`);
    return Buffer.from(String((body as { content?: string }).content ?? ''), 'base64').toString();
  };

  it('leave and come back, and the one pull request of the plan follows', async () => {
    const { plan: number } = await filePlan(
      local.world,
      ['a', 'b', 'c'].map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) })),
      { body: '### Goal\nA better shop.' },
    );
    await local.plan(number, allReady(3));
    await maintainer().comment(number, '/parallel start');
    const begun = await local.plan(number, (plan) => plan.items.every((item) => item.state.name === 'proposed'));
    const [a, b] = [pullOf(begun, 0), pullOf(begun, 1)];

    // Pointed elsewhere by a person: out, and back in when it is pointed back.
    await maintainer().request('PATCH', `/pulls/${a}`, { base: 'main' });
    await local.plan(number, is(0, 'held'));
    await writer().review(a, 'APPROVE');
    await writer().review(b, 'APPROVE');
    const one = await then(number, is(1, 'merged'));
    expect(one.items[0]?.state).toMatchObject({ name: 'held', why: { kind: 'retargeted', to: 'main' } });
    const whole = integrationOf(await local.plan(number, (plan) => plan.state.name === 'proposed'));
    await panelSays(number, 'was pointed at `main`');
    await maintainer().request('PATCH', `/pulls/${a}`, { base: begun.branch });
    const both = await then(number, (plan) => is(0, 'merged')(plan) && is(1, 'merged')(plan));
    expect(integrationOf(both)).toBe(whole);

    // Brought up to date by a person, with what others did: nothing of that is outside its scope.
    const { number: third, ref } = { number: pullOf(both, 2), ref: both.items[2]?.branch ?? '' };
    await heardOf(number, 2, await mergeByHand(ref, begun.branch));
    expect((await maintainer().pull(third))['state']).toBe('open');

    // A push to a member that is in: a pull request of its own for it, and in again when that is approved.
    const pushed = await writer().push(both.items[1]?.branch ?? '', { 'src/b.md': 'by hand\n' });
    const anew = await then(number, (plan) => is(1, 'proposed')(plan) && pullOf(plan, 1) !== b);
    expect(anew.items[1]?.state).toMatchObject({ work: { head: pushed } });
    await writer().review(pullOf(anew, 1), 'APPROVE');
    const again = await then(number, is(1, 'merged'));
    expect(await file('src/b.md', again.integration?.head ?? '')).toBe('by hand\n');
    expect(integrationOf(await local.plan(number, (plan) => plan.state.name === 'proposed'))).toBe(whole);

    // Forced back to where it holds nothing of its own any more, which takes away what it began from.
    await maintainer().push('main', { 'src/a.md': 'on main\n' });
    const { body } = await maintainer().request('GET', '/branches/main');
    const { sha } = (body as { commit: { sha: string } }).commit;
    await panelSays(number, 'conflicts with the integration in `src/a.md`');
    await maintainer().request('PATCH', `/git/refs/heads/${again.items[2]?.branch}`, { sha, force: true });
    const forced = await then(number, is(2, 'held'));
    expect(forced.items[2]?.state).toMatchObject({
      why: { kind: 'outside-scope', refused: [{ path: 'src/a.md' }, { path: 'src/b.md' }] },
    });

    await maintainer().deleteBranch(again.items[2]?.branch ?? '');
    const gone = await then(number, is(2, 'cancelled'));
    expect(gone.items.map((item) => item.state.name)).toEqual(['merged', 'merged', 'cancelled']);
    const open = (await maintainer().pulls('open')).map((pull) => pull['number']);
    expect(open).toEqual([whole]);
  });
});
