import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';
import { call, jwtOf, mint } from './app-client.ts';
import { startReceiver } from './receiver.ts';

describe('webhooks of the local world', () => {
  let world: World;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  beforeEach(async () => {
    world = await startWorld();
    receiver = await startReceiver(world.webhookSecret);
    world.setWebhookUrl(receiver.url);
  });
  afterEach(async () => {
    await world.close();
    await receiver.close();
  });

  test('a label arrives signed, with who applied it and which installation is meant', async () => {
    const { number } = await world.as('maintainer').createIssue({ title: 'One', body: 'Text' });
    await world.as('triage').label(number, 'parallel');
    await world.idle();
    const labeled = receiver.arrived.find(({ payload }) => payload['action'] === 'labeled');
    expect(labeled).toMatchObject({
      event: 'issues',
      genuine: true,
      payload: {
        label: { name: 'parallel' },
        issue: { number, labels: [{ name: 'parallel' }] },
        sender: { login: 'octo-triage', type: 'User' },
        installation: { id: world.installationId },
        repository: { id: world.repository.id, full_name: 'octo-org/shop' },
      },
    });
  });

  test('an issue that is created with labels is told as opened, then as labeled once a label', async () => {
    await world.as('writer').createIssue({ title: 'One', labels: ['parallel', 'docs'] });
    expect(world.deliveries.map(({ event, action }) => `${event}.${action}`)).toEqual([
      'issues.opened',
      'issues.labeled',
      'issues.labeled',
    ]);
    expect(world.deliveries[0]?.payload['issue']).toMatchObject({ labels: [{ name: 'parallel' }, { name: 'docs' }] });
  });

  test('what the app does is sent by its bot', async () => {
    const { number } = await world.as('maintainer').createIssue({ title: 'One' });
    await call(world, await mint(world), 'POST', `/repos/octo-org/shop/issues/${number}/comments`, { body: 'Hello' });
    expect(world.deliveries.at(-1)?.payload).toMatchObject({
      sender: { login: 'forkjoin-local[bot]', type: 'Bot' },
      comment: { performed_via_github_app: { id: world.appId } },
    });
  });

  test('every delivery has an id of its own, also within one millisecond', async () => {
    for (let index = 0; index < 20; index += 1) world.webhooks.deliver('issues', { action: 'opened' });
    await world.idle();
    expect(new Set(receiver.arrived.map(({ guid }) => guid)).size).toBe(20);
    expect(new Set(world.deliveries.map(({ id }) => id)).size).toBe(20);
  });

  test('a failed delivery is not tried again, is listed as failed, and can be redelivered under its id', async () => {
    const failing = await startReceiver(world.webhookSecret, () => 500);
    world.setWebhookUrl(failing.url);
    await world.as('maintainer').createIssue({ title: 'One' });
    await world.idle();
    await failing.close();
    const { body } = await call(world, jwtOf(world), 'GET', '/app/hook/deliveries');
    const [listed] = Object.values(body) as Record<string, unknown>[];
    expect(listed).toMatchObject({ status_code: 500, event: 'issues', redelivery: false });
    world.setWebhookUrl(receiver.url);
    await call(world, jwtOf(world), 'POST', `/app/hook/deliveries/${String(listed?.['id'])}/attempts`);
    await world.idle();
    expect(receiver.arrived.map(({ guid }) => guid)).toEqual([listed?.['guid']]);
  });

  test('a test can drop, multiply, hold and reorder deliveries', async () => {
    const maintainer = world.as('maintainer');
    world.webhooks.decide(() => 'drop');
    await maintainer.createIssue({ title: 'Dropped' });
    world.webhooks.decide(() => ({ times: 3 }));
    await maintainer.createIssue({ title: 'Thrice' });
    await world.idle();
    expect(new Set(receiver.arrived.map(({ guid }) => guid)).size).toBe(1);
    expect(receiver.arrived).toHaveLength(3);
    world.webhooks.decide(() => 'hold');
    await maintainer.createIssue({ title: 'First' });
    await maintainer.createIssue({ title: 'Second' });
    await world.webhooks.release((held) => held.toReversed());
    const titles = receiver.arrived.map(({ payload }) => (payload['issue'] as Record<string, unknown>)['title']);
    expect(titles.slice(3)).toEqual(['Second', 'First']);
  });

  test('the app hears only what it subscribed to', async () => {
    const deaf = await startWorld({ events: ['issue_comment'] });
    try {
      const { number } = await deaf.as('maintainer').createIssue({ title: 'One' });
      await deaf.as('maintainer').comment(number, 'Hello');
      expect(deaf.deliveries.map(({ event }) => event)).toEqual(['issue_comment']);
    } finally {
      await deaf.close();
    }
  });
});
