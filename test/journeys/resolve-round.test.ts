import { afterAll, beforeAll, expect, it } from 'vitest';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

const manifest = (...names: readonly string[]): string =>
  `${JSON.stringify({ name: 'shop', dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) }, null, 2)}\n`;

let local: Local;
beforeAll(async () => {
  local = await openLocal({
    files: { '.github/parallel.yml': 'integrate: approved\n', 'package.json': manifest('kept') },
    operator: { sandbox: 'none' },
    script: { Asked: { write: { 'package.json': manifest('asked', 'kept') } }, Aside: { write: { 'src/b.md': 'B' } } },
  });
});
afterAll(() => local.close());

it('a manifest that two members changed is merged by key, and the integration pull request says so', async () => {
  const maintainer = local.world.as('maintainer');
  const writer = local.world.as('writer');
  const { plan, items } = await filePlan(local.world, [
    { title: 'Asked', body: itemBody('package.json').replace('- create', '- modify') },
    { title: 'Aside', body: itemBody('src/b.md') },
  ]);
  const [, aside = 0] = items;
  await local.plan(plan, allReady(2));
  await maintainer.comment(plan, '/parallel start');
  const proposed = await local.plan(plan, (found) => found.items.every((item) => item.state.name === 'proposed'));
  // A writer adds what the item's scope did not foresee, and stands by it.
  const branch = proposed.items.find((item) => item.issue === aside)?.branch ?? '';
  await writer.push(branch, { 'package.json': manifest('kept', 'pushed') });
  await local.plan(plan, (found) => found.items.some((item) => item.state.name === 'held'));
  await writer.comment(aside, '/parallel unhold');
  const all = await local.plan(plan, (found) => found.items.every((item) => item.state.name === 'proposed'));
  for (const { state } of all.items) if ('pull' in state) await writer.review(state.pull ?? 0, 'APPROVE');
  const done = await local.plan(plan, (found) => found.state.name === 'proposed', 60);
  await local.quiet();

  expect(done.items.map(({ state }) => state.name)).toEqual(['merged', 'merged']);
  const merged = await local.world.repo().git.text(['show', `${done.branch}:package.json`]);
  expect(merged).toBe(manifest('asked', 'kept', 'pushed'));
  const pulls = await maintainer.pulls();
  const body = String(pulls.find((pull) => (pull['head'] as { ref: string }).ref === done.branch)?.['body']);
  expect(body).toContain('### Resolved by the app');
  expect(body).toContain(`| #${aside} | \`package.json\` | merged by key: dependencies.pushed of this member |`);
});
