import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { pulls } from '../faults/outside.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal, ourComments } from './local.ts';

const locals: Local[] = [];
afterEach(async () => {
  for (const local of locals.splice(0)) await local.close();
});
const open = async (options: Parameters<typeof openLocal>[0] = {}): Promise<Local> => {
  const local = await openLocal(options);
  locals.push(local);
  return local;
};

const TWO = [
  { title: 'Add a', body: itemBody('src/a.md') },
  { title: 'Add b', body: itemBody('src/b.md') },
];

/** An issue alone that is labelled and known to the app. */
const fileOne = async (local: Local, path: string): Promise<number> => {
  const maintainer = local.world.as('maintainer');
  const { number } = await maintainer.createIssue({ title: `Add ${path}`, body: itemBody(path) });
  await maintainer.label(number, 'parallel');
  return number;
};

describe('deliveries', () => {
  /** All that a plan left behind, from labels to the integration pull request. Edits of comments depend on time. */
  const run = async (times: number) => {
    const local = await open();
    const { world } = local;
    world.webhooks.decide(() => ({ times }));
    const filed = await filePlan(world, TWO);
    await local.plan(filed.plan, allReady(2));
    await local.quiet();
    const maintainer = world.as('maintainer');
    const command = await maintainer.comment(filed.plan, '/parallel start');
    const plan = await local.plan(filed.plan, (found) => found.state.name === 'proposed');
    await local.quiet();
    return {
      writes: local
        .writes()
        .filter((write) => !write.startsWith('PATCH') && !write.includes('/labels'))
        .toSorted(),
      comments: await Promise.all([1, 2, 3].map(async (issue) => (await ourComments(world, issue)).length)),
      reactions: (await maintainer.reactions(command)).map((reaction) => reaction['content']).toSorted(),
      pulls: (await pulls(world)).map((pull) => pull.head).toSorted(),
      attempts: plan.items.map((item) => item.attempts),
      delivered: world.deliveries.map((delivery) => delivery.attempts.map((attempt) => attempt.status)),
    };
  };

  it('that come three times do what one does', async () => {
    const [once, thrice] = [await run(1), await run(3)];
    expect(new Set(thrice.delivered.map((statuses) => statuses.length))).toEqual(new Set([3]));
    expect(new Set(thrice.delivered.flat())).toEqual(new Set([202]));
    expect({ ...thrice, delivered: [] }).toEqual({ ...once, delivered: [] });
    expect(once.comments).toEqual([1, 1, 1]);
    expect(once.attempts).toEqual([1, 1]);
  });

  it('with a wrong signature get 401 and do nothing', async () => {
    const local = await open();
    const number = await fileOne(local, 'src/a.md');
    await local.plan(number, allReady(1));
    await local.quiet();
    const writes = local.writes().length;
    const comment = local.world.deliveries.find((delivery) => delivery.action === 'labeled');
    const body = JSON.stringify(comment?.payload);
    const post = (signature: Record<string, string>) =>
      fetch(`${local.running().url}/api/github/webhooks`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'issues',
          'x-github-delivery': 'forged',
          ...signature,
        },
      });
    const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const reads = local.world.requests.length;
    for (const signature of [{}, { 'x-hub-signature-256': sign('a guess') }, { 'x-hub-signature-256': 'sha256=' }])
      expect((await post(signature as Record<string, string>)).status).toBe(401);
    await local.quiet();
    expect(local.world.requests.slice(reads).filter((request) => request.caller === 'installation')).toEqual([]);
    expect(local.writes()).toHaveLength(writes);
    // The same with the right one is heard: what was refused above was refused for its signature.
    expect((await post({ 'x-hub-signature-256': sign(local.world.webhookSecret) })).status).toBe(202);
    await local.quiet();
    expect(local.world.requests.slice(reads).some((request) => request.caller === 'installation')).toBe(true);
  });

  it('in the wrong order say how things stand now', async () => {
    const local = await open();
    const { world } = local;
    const maintainer = world.as('maintainer');
    world.webhooks.decide((delivery) => (delivery.event === 'issues' ? 'hold' : 'deliver'));
    const gone = await fileOne(local, 'src/a.md');
    await maintainer.unlabel(gone, 'parallel');
    await world.webhooks.release((held) => held.toReversed());
    await local.quiet();
    expect(await local.running().store.plans()).toEqual([]);
    expect(await ourComments(world, gone)).toEqual([]);

    const back = await fileOne(local, 'src/b.md');
    await maintainer.unlabel(back, 'parallel');
    await maintainer.label(back, 'parallel');
    await world.webhooks.release((held) => held.toReversed());
    await local.plan(back, allReady(1));
    await local.quiet();
    expect(await ourComments(world, back)).toHaveLength(1);
  });
});

describe('with every webhook lost', () => {
  it('labels, closed and merged pull requests of known repositories are found by looking', async () => {
    const local = await open({ variables: { RECONCILE_SECONDS: '1' } });
    const { world } = local;
    const maintainer = world.as('maintainer');
    const [closed, merged] = [await fileOne(local, 'src/a.md'), await fileOne(local, 'src/b.md')];
    for (const number of [closed, merged]) {
      await local.plan(number, allReady(1));
      await maintainer.comment(number, '/parallel start');
    }
    const pull = async (number: number): Promise<number> => {
      const plan = await local.plan(number, (found) => found.state.name === 'proposed');
      return plan.state.name === 'proposed' ? plan.state.pull : 0;
    };
    const [pullOfClosed, pullOfMerged] = [await pull(closed), await pull(merged)];
    await local.quiet();

    world.webhooks.decide(() => 'drop');
    await maintainer.closePull(pullOfClosed);
    await maintainer.merge(pullOfMerged);
    const found = await fileOne(local, 'src/c.md');
    await local.plan(found, allReady(1));
    await local.plan(closed, (plan) => plan.items[0]?.state.name === 'cancelled');
    await local.plan(merged, (plan) => plan.state.name === 'landed');
    await eventually(
      async () => ((await ourComments(world, found)).length === 1 ? true : undefined),
      'the comment on what was found',
    );
  });

  it('commands are found by looking, each is carried out once, and never what was edited into one', async () => {
    const local = await open({ variables: { RECONCILE_SECONDS: '1' } });
    const { world } = local;
    const maintainer = world.as('maintainer');
    const heard = await fileOne(local, 'src/a.md');
    await local.plan(heard, allReady(1));
    const told = await maintainer.comment(heard, '/parallel hold');
    await eventually(
      async () => ((await maintainer.reactions(told)).length === 2 ? true : undefined),
      'the answer to what a webhook told',
    );
    await local.quiet();
    world.webhooks.decide(() => 'drop');
    const edited = await maintainer.comment(heard, 'Looks good.');
    const since = Date.now();
    const refused = await world.as('reader').comment(heard, '/parallel start');
    await eventually(
      async () => ((await maintainer.reactions(refused)).length === 2 ? true : undefined),
      'the refusal of what was found',
    );
    // GitHub counts whole seconds: what is edited in the second in which it was written does not show.
    await eventually(async () => (Date.now() - since > 1_000 ? true : undefined), 'the next second');
    await maintainer.editComment(edited, '/parallel start');
    expect((await local.plan(heard, () => true)).state.name).toBe('draft');
    const start = await maintainer.comment(heard, '/parallel start');
    await local.plan(heard, (plan) => plan.state.name === 'proposed');
    await local.quiet();
    const said = async (comment: number) =>
      (await maintainer.reactions(comment)).map((reaction) => reaction['content']).sort();
    expect(await said(start)).toEqual(['+1', 'eyes']);
    expect(await said(refused)).toEqual(['confused', 'eyes']);
    expect(await said(told)).toEqual(['confused', 'eyes']);
    expect(await said(edited)).toEqual([]);
    const { items } = await local.plan(heard, () => true);
    expect(items[0]?.attempts).toBe(1);
  });

  it('reviews are found by looking: an approved member is integrated', async () => {
    const local = await open({
      files: { '.github/parallel.yml': 'integrate: approved\n' },
      variables: { RECONCILE_SECONDS: '1' },
    });
    const { world } = local;
    const maintainer = world.as('maintainer');
    const filed = await filePlan(world, TWO);
    await local.plan(filed.plan, allReady(2));
    await maintainer.comment(filed.plan, '/parallel start');
    const plan = await local.plan(filed.plan, (found) => found.items.every((item) => item.state.name === 'proposed'));
    await local.quiet();
    world.webhooks.decide(() => 'drop');
    for (const item of plan.items)
      if (item.state.name === 'proposed') await world.as('writer').review(item.state.pull, 'APPROVE');
    const done = await local.plan(filed.plan, (found) => found.items.every((item) => item.state.name === 'merged'));
    expect(['integrating', 'proposed']).toContain(done.state.name);
    await local.plan(filed.plan, (found) => found.state.name === 'proposed');
  });
});
