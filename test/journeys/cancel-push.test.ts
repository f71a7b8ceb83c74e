import { afterAll, beforeAll, expect, it } from 'vitest';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
beforeAll(async () => {
  local = await openLocal({ script: { '*': { write: { 'src/a.md': 'a\n' } } } });
});
afterAll(() => local.close());

it('cancels while a push is on its way: the push is given up, and nothing of it arrives', async () => {
  const { plan, items } = await filePlan(local.world, [{ title: 'Add a', body: itemBody('src/a.md') }]);
  await local.plan(plan, allReady(1));
  const held = Promise.withResolvers<void>();
  const { faults } = local.world;
  await local.world.as('maintainer').comment(plan, '/parallel start');
  await local.plan(plan, ({ items: [item] }) => item?.state.name === 'running');
  faults.add({ kind: 'hold', when: 'before', until: held.promise, method: 'POST', route: 'git-receive-pack' });
  await eventually(async () => (faults.left.length === 0 ? true : undefined), 'the push to begin', 60);
  const from = Date.now();
  await local.world.as('maintainer').comment(items[0] ?? 0, '/parallel cancel');
  await local.plan(plan, ({ items: [item] }) => item?.state.name === 'cancelled');
  await eventually(
    async () => ((await local.log()).includes('"ending":"infrastructure"') ? true : undefined),
    'the attempt to end',
    15,
  );
  expect(Date.now() - from).toBeLessThan(10_000);
  held.resolve();
  await local.quiet();
  const branches = await local.world.as('maintainer').branches();
  expect(branches.filter((name) => name.startsWith('parallel/'))).toEqual([]);
  expect(await local.world.as('maintainer').pulls()).toEqual([]);
});
