import { afterEach, describe, expect, it } from 'vitest';
import { isStateLabel, STATE_LABELS } from '#core/words/labels.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
afterEach(() => local.close());

/** The app's labels on an issue. */
const stateOf = async (issue: number): Promise<readonly string[]> => (await labelsOf(issue)).filter(isStateLabel);

const labelsOf = async (issue: number): Promise<readonly string[]> => {
  const { body } = await local.world.as('maintainer').request('GET', `/issues/${issue}/labels`);
  return (body as readonly { readonly name: string }[]).map((label) => label.name);
};

const PUT = 'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels';
const puts = (): number => local.writes().filter((write) => write === PUT).length;

describe('labels', () => {
  it('say of every issue of a plan how it stands, from blocked to in review, and done when it has landed', async () => {
    local = await openLocal();
    const { plan, items } = await filePlan(local.world, [
      { title: 'Add a', body: itemBody('src/a.md') },
      { title: 'Add b', body: itemBody('src/b.md', { dependsOn: [2] }) },
    ]);
    const [first = 0, second = 0] = items;
    const maintainer = local.world.as('maintainer');
    await maintainer.edit(first, { body: '### Scope\nnothing' });
    await local.plan(plan, (found) => found.items.some((item) => item.state.name === 'draft'));
    await local.quiet();
    expect(await Promise.all([plan, first, second].map(stateOf))).toEqual([
      ['parallel:blocked'],
      ['parallel:blocked'],
      ['parallel:ready'],
    ]);

    await maintainer.edit(first, { body: itemBody('src/a.md') });
    await local.plan(plan, allReady(2));
    await maintainer.comment(plan, '/parallel start');
    const done = await local.plan(plan, (found) => found.state.name === 'proposed');
    await local.quiet();
    for (const issue of [plan, ...items])
      expect(await labelsOf(issue), `labels of #${issue}`).toEqual(['parallel', 'parallel:in-review']);

    await maintainer.merge('pull' in done.state ? Number(done.state.pull) : 0);
    await local.plan(plan, (found) => found.state.name === 'landed');
    await local.quiet();
    for (const issue of [plan, ...items]) expect(await stateOf(issue)).toEqual(['parallel:done']);
    const { body } = await maintainer.request('GET', '/labels');
    const colours = Object.fromEntries(
      (body as { name: string; color: string }[]).map((label) => [label.name, label.color]),
    );
    expect(colours).toMatchObject(
      Object.fromEntries(Object.entries(STATE_LABELS).map(([name, look]) => [name, look.color])),
    );
  });

  it("keep a person's labels, repair what a hand changed, and do not look again because of themselves", async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md') });
    await maintainer.label(number, 'good first issue');
    await maintainer.label(number, 'parallel');
    await local.plan(number, allReady(1));
    await local.quiet();
    expect(await labelsOf(number)).toEqual(['good first issue', 'parallel', 'parallel:ready']);
    expect(puts()).toBe(1);

    await maintainer.label(number, 'parallel:done');
    await eventually(async () => ((await stateOf(number)).length === 1 ? true : undefined), 'one label of ours');
    await local.quiet();
    expect(await stateOf(number)).toEqual(['parallel:ready']);
    expect(puts()).toBe(2);
    // Opened, labelled three times: what people did. Of what the app did to labels nothing was heard.
    expect((await local.log()).match(/"event":"issues","hint"/g)).toHaveLength(4);
    expect(local.world.deliveries.filter((delivery) => delivery.event === 'issues')).toHaveLength(6);
  });

  it('go when the person takes `parallel` away', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md') });
    await maintainer.label(number, 'parallel');
    await eventually(async () => ((await stateOf(number)).length === 1 ? true : undefined), 'a label of ours');
    await maintainer.unlabel(number, 'parallel');
    await eventually(async () => ((await labelsOf(number)).length === 0 ? true : undefined), 'no label of ours');
  });
});
