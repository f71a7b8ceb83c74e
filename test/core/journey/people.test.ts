import { describe, expect, it } from 'vitest';
import { body, issue, Story, work } from './story.ts';

const two = () => [issue(2, body('src/a.ts')), issue(3, body('src/b.ts'))];
const SHA = { base: 'b'.repeat(40), contracts: 'c'.repeat(40), done: 'd'.repeat(40) };

/** The round under way ends with all its members merged, and the pull request is open. */
const integrated = (story: Story, pull = 200): Story => {
  const state = story.plan?.state;
  if (state?.name !== 'integrating') throw new Error(`The plan is ${state?.name}`);
  const members = Object.entries(state.heads).map(([number, head]) => ({
    item: Number(number),
    head,
    merged: SHA.done,
    verification: [],
  }));
  return story
    .tell({ kind: 'integrated', integration: { round: state.round, heads: state.heads, head: SHA.done, members } })
    .tell({ kind: 'integration-opened', pull, round: state.round });
};

const approve = (story: Story, item: number): Story =>
  story.tell({ kind: 'reviewed', item, pull: 100 + item, head: work(item, 1).head, approved: true });

describe('what a person says counts', () => {
  it('keeps a member out that is held, also when its pull request counts as merged', () => {
    const story = integrated(new Story(two()).started().propose(2).propose(3));
    story.say('hold', { on: 2 });
    expect(story.asked()).toContain('integrate');
    expect(story.plan?.state).toMatchObject({ name: 'integrating', heads: { 3: work(3, 1).head } });
    story.tell({ kind: 'pull-closed', item: 2, pull: 102, merged: true, by: 'octo-writer' });
    expect(story.state(2).name).toBe('held');
    integrated(story);
    story.say('hold', { on: 3 });
    expect(story.plan?.state, 'with nobody left, a round takes the last one out').toMatchObject({ heads: {} });
  });

  it('hears that the integration was merged or closed while a further round is under way', () => {
    for (const merged of [true, false]) {
      const story = new Story(two(), { settings: { integrate: 'approved' } }).started().propose(2).propose(3);
      integrated(approve(story, 2));
      approve(story, 3);
      expect(story.plan?.state.name).toBe('integrating');
      story.tell({ kind: 'integration-closed', pull: 200, merged, by: 'octo-maintainer' });
      expect(story.plan?.state.name).toBe(merged ? 'landed' : 'cancelled');
    }
  });

  it('takes a plan up again whose integration was closed, in rounds that go on counting', () => {
    const story = integrated(new Story(two()).started().propose(2).propose(3));
    story.tell({ kind: 'integration-closed', pull: 200, merged: false, by: 'octo-maintainer' }).say('retry');
    expect(story.plan?.state).toMatchObject({ name: 'running', base: 'preparing' });
    story.tell({ kind: 'prepared', base: { sha: SHA.base, contracts: SHA.contracts } });
    expect(story.plan?.state).toMatchObject({ name: 'integrating', round: 2 });
    expect(story.plan?.integration).toMatchObject({ head: SHA.contracts, members: [] });
  });

  it('says of what runs that the plan landed without it', () => {
    const story = new Story(two(), { settings: { integrate: 'approved' } }).started().propose(2).claim(3);
    integrated(approve(story, 2)).tell({ kind: 'integration-closed', pull: 200, merged: true, by: 'octo-writer' });
    expect(story.state(3)).toMatchObject({ name: 'cancelled', why: 'the plan landed without it' });
  });

  it('does nothing to the whole plan when the command stands on what is no item of it', () => {
    const story = new Story(two()).started().claim(2);
    for (const verb of ['cancel', 'pause', 'integrate', 'retry', 'start', 'approve'])
      expect(story.say(verb, { on: 77 }).asked()).toEqual(['react eyes', 'react confused']);
    expect(story.states()).toEqual({ 2: 'running', 3: 'queued' });
    expect(story.plan?.notice?.text).toContain('#77 is no item of plan #1');
  });

  it('does not try again with a text that has errors, or without the label', () => {
    const story = new Story(two()).started().say('cancel');
    story.items = [issue(2, 'nothing'), issue(3, body('src/b.ts'), { labels: [] })];
    const [broken, bare] = story.items;
    const { labelled: _taken, ...unlabelled } = bare ?? issue(3, '');
    story.items = [broken ?? unlabelled, unlabelled];
    expect(story.say('retry').asked()).toEqual(['react eyes', 'react confused']);
    expect(story.plan?.notice?.text).toMatch(/#2 `section-missing`.*#3 was not applied/s);
    expect(story.states()).toEqual({ 2: 'cancelled', 3: 'cancelled' });
  });

  it('approves no text that the agents under way were not given', () => {
    const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts', '\n### Depends on\n- #2\n'))]);
    story.started();
    const given = story.plan?.items[1]?.text.context;
    story.items = story.items.map((one) => ({ ...one, body: one.body.replace('A part', 'Another part') }));
    expect(story.say('approve').asked()).toEqual(['react eyes', 'react confused']);
    const [, waiting] = story.plan?.items ?? [];
    expect(waiting?.text.context).toBe(given);
    const state = story.plan?.state;
    expect(state !== undefined && 'approval' in state && state.approval.bodies[3]).not.toBe(waiting?.bodyHash);
  });

  it('keeps back, in a pause, what no worker has taken yet', () => {
    const story = new Story(two()).started().claim(2).say('pause');
    expect(story.states()).toEqual({ 2: 'running', 3: 'waiting' });
    story.tell({ kind: 'attempt-claimed', item: 3, attempt: 1, claim: 'late' });
    expect(story.state(3)).toEqual({ name: 'waiting', on: 'resume' });
    expect(story.say('resume').asked()).toContain('attempt 3');
  });

  it('lets what was skipped wait again when what it needs is taken up again', () => {
    const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts', '\n### Depends on\n- #2\n'))]);
    story
      .started()
      .claim(2)
      .tell({
        kind: 'attempt-ended',
        item: 2,
        attempt: 1,
        claim: 'claim-2',
        outcome: { ok: false, failure: { kind: 'no-changes' } },
      });
    expect(story.states()).toEqual({ 2: 'failed', 3: 'skipped' });
    story.say('retry', { on: 2 });
    expect(story.states()).toEqual({ 2: 'queued', 3: 'waiting' });
  });

  it('ends a plan that runs when its label is taken off', () => {
    const story = new Story(two()).started().claim(2);
    const { labelled: _taken, ...plain } = story.planIssue ?? issue(1, '');
    story.planIssue = plain;
    story.look();
    expect(story.plan?.state).toMatchObject({ name: 'cancelled', why: expect.stringContaining('label') });
    expect(story.states()).toEqual({ 2: 'cancelled', 3: 'cancelled' });
  });

  it('waits for an open issue outside the plan, and goes on with the rest meanwhile', () => {
    const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts', '\n### Depends on\n- #50\n'))]);
    story.elsewhere = [{ issue: 50, open: true }];
    story.started().propose(2);
    expect(story.state(3)).toEqual({ name: 'waiting', on: [50] });
    expect(story.plan?.state.name).toBe('integrating');
    story.elsewhere = [{ issue: 50, open: false }];
    expect(story.look().asked()).toContain('attempt 3');
  });
});
