import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

describe('an app that is ended while it compares its plans with GitHub', () => {
  let local: Local;
  beforeAll(async () => {
    local = await openLocal();
  });
  afterAll(() => local.close());

  it('finishes the plan at hand before it closes the database, and begins no other', async () => {
    const { plan } = await filePlan(local.world, [{ title: 'Add a', body: itemBody('src/a.md') }]);
    await local.plan(plan, allReady(1));
    await local.quiet();
    await local.running().close(1_000);
    const held = Promise.withResolvers<void>();
    const { faults } = local.world;
    const route = '/repos/{owner}/{repo}/issues/{issue_number}';
    faults.add({ kind: 'hold', when: 'before', until: held.promise, method: 'GET', route });
    const app = await local.open();
    await eventually(async () => (faults.left.length === 0 ? true : undefined), 'the app to ask about the plan');
    const closed = app.close(20_000).then(() => 'closed');
    // An end that waits for nothing is over long before this.
    expect(await Promise.race([closed, wait(3_000, 'waits')])).toBe('waits');
    held.resolve();
    await closed;
    expect(await local.log()).not.toContain('could not be compared');
    expect(await local.log()).not.toContain('could not be searched');
  });
});
