import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '#core/types.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal, ourComments } from './local.ts';

let local: Local;
beforeAll(async () => {
  local = await openLocal({ operator: { slots: 4 } });
});
afterAll(() => local.close());

const maintainer = () => local.world.as('maintainer');

const pullOf = (plan: Plan, index: number): number => {
  const state = plan.items[index]?.state;
  return state !== undefined && 'pull' in state ? (state.pull ?? 0) : 0;
};

const branchesOf = async (plan: Plan): Promise<readonly string[]> =>
  (await maintainer().branches()).filter((branch) => branch !== 'main' && branch.includes(`/${plan.issue}`)).sort();

const settled = (what: string, done: () => Promise<boolean>): Promise<true> =>
  eventually(async () => ((await done()) ? true : undefined), what);

describe('a plan that has landed', () => {
  it('says on each pull request where its work is, and deletes what it made and nobody needs', async () => {
    const { plan: number } = await filePlan(
      local.world,
      ['a', 'b', 'c'].map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`, { extra: '' }) })),
      { body: '### Goal\nA better shop.\n\n### Limits\nslots: 1' },
    );
    await local.plan(number, allReady(3));
    await maintainer().comment(number, '/parallel start');
    const first = await local.plan(number, (found) => found.items[0]?.state.name === 'proposed');
    await maintainer().comment(pullOf(first, 0), '/parallel hold');
    const plan = await local.plan(
      number,
      (found) =>
        found.state.name === 'proposed' &&
        found.items.map((item) => item.state.name).join(' ') === 'held merged merged',
    );
    await local.quiet();
    const branches = plan.items.map((item) => item.branch);
    expect(await branchesOf(plan), 'members keep their branches until the whole has landed').toEqual(
      [plan.branch, ...branches].sort(),
    );
    const whole = 'pull' in plan.state ? Number(plan.state.pull) : 0;
    await maintainer().merge(whole, 'squash');
    await local.plan(number, (found) => found.state.name === 'landed');
    await settled('the members to be put away', async () => (await branchesOf(plan)).length === 2);
    // A pull request still leads to the integration branch: GitHub would close it with the branch.
    expect(await branchesOf(plan)).toEqual([plan.branch, branches[0] ?? ''].sort());
    for (const index of [1, 2]) {
      expect((await maintainer().pull(pullOf(plan, index)))['state']).toBe('closed');
      expect((await ourComments(local.world, pullOf(plan, index))).join()).toContain(
        `Landed in \`main\` with #${whole}`,
      );
    }
    const left = pullOf(plan, 0);
    await settled('the word on the one that is left', async () =>
      (await ourComments(local.world, left)).join().includes('without this'),
    );
    expect((await maintainer().pull(left))['state']).toBe('open');
    expect((await maintainer().issue(2))['state'], 'its issue stays open').toBe('open');

    await maintainer().request('PATCH', `/pulls/${left}`, { base: 'main' });
    await settled('the integration branch to go', async () => !(await branchesOf(plan)).includes(plan.branch));
    expect((await maintainer().pull(left))['state']).toBe('open');
    await maintainer().merge(left);
    await settled('the last branch to go', async () => (await branchesOf(plan)).length === 0);
    expect((await maintainer().issue(2))['state']).toBe('closed');
    await local.quiet();
    expect((await ourComments(local.world, left)).length, 'one word, once').toBe(1);
  });
});
