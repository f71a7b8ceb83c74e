import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withNotice } from '#core/journey/step.ts';
import type { Effect } from '#core/types.ts';
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
