import { describe, expect, it } from 'vitest';
import { body, issue, Story } from './story.ts';

const three = () => [
  issue(2, body('src/a.ts')),
  issue(3, body('src/b.ts')),
  issue(4, body('src/c.ts', '\n### Depends on\n- #2\n- #3\n')),
];

describe('a plan from label to landing', () => {
  it('checks on a label and starts nothing', () => {
    const story = new Story(three()).look();
    expect(story.states()).toEqual({ 2: 'ready', 3: 'ready', 4: 'ready' });
    expect(story.asked()).toEqual([]);
    expect(story.effects.map((effect) => effect.kind).sort()).toEqual([
      ...['label', 'label', 'label', 'label'],
      ...['panel', 'report', 'report', 'report'],
    ]);
  });

  it('prepares the base before any agent, then releases what waits for nothing', () => {
    const story = new Story(three()).look().say('start');
    expect(story.asked()).toEqual(['react eyes', 'prepare', 'react +1']);
    expect(story.states()).toEqual({ 2: 'waiting', 3: 'waiting', 4: 'waiting' });
    story.tell({ kind: 'prepared', base: { sha: 'b'.repeat(40), contracts: 'c'.repeat(40) } });
    expect(story.asked()).toEqual(['attempt 2', 'attempt 3']);
    expect(story.state(4)).toEqual({ name: 'waiting', on: [2, 3] });
  });

  it('releases a dependent when all it needs is verified, before any review', () => {
    const story = new Story(three()).started().claim(2).verify(2);
    expect(story.state(4)).toEqual({ name: 'waiting', on: [3] });
    story.claim(3).verify(3);
    expect(story.asked()).toContain('attempt 4');
  });

  it('integrates verified members in one round once nobody can change any more', () => {
    const story = new Story(three()).started().propose(2).propose(3);
    expect(story.plan?.state.name).toBe('running');
    story.propose(4);
    expect(story.plan?.state.name).toBe('integrating');
    expect(story.asked()).toContain('integrate');
    const state = story.plan?.state;
    if (state?.name !== 'integrating') throw new Error('not integrating');
    story.tell({
      kind: 'integrated',
      integration: {
        round: 1,
        heads: state.heads,
        head: 'd'.repeat(40),
        members: [2, 3, 4].map((item) => ({
          item,
          head: state.heads[item] ?? '',
          merged: 'd'.repeat(40),
          verification: [],
        })),
      },
    });
    expect(story.asked()).toContain('propose-integration');
    story.tell({ kind: 'integration-opened', pull: 200, round: 1 });
    expect(story.plan?.state.name).toBe('proposed');
    expect(story.states()).toEqual({ 2: 'merged', 3: 'merged', 4: 'merged' });
    story.tell({ kind: 'integration-closed', pull: 200, merged: true, by: 'octo-maintainer' });
    expect(story.plan?.state.name).toBe('landed');
  });

  it('lets members in one by one as a writer approves them, when the repository asks for approval', () => {
    const story = new Story(three(), { settings: { integrate: 'approved' } })
      .started()
      .propose(2)
      .propose(3)
      .propose(4);
    expect(story.plan?.state.name).toBe('running');
    const state = story.state(2);
    if (state.name !== 'proposed') throw new Error(state.name);
    story.tell({ kind: 'reviewed', item: 2, pull: 102, head: state.work.head, approved: true });
    expect(story.plan?.state).toMatchObject({ name: 'integrating', heads: { 2: state.work.head } });
  });

  it('voids an approval when the branch is pushed to afterwards', () => {
    const story = new Story(three(), { settings: { integrate: 'approved' } }).started().propose(2);
    story.tell({ kind: 'reviewed', item: 2, pull: 102, head: 'e'.repeat(40), approved: true });
    expect(story.plan?.state.name).toBe('running');
  });

  it('lets an item alone go straight to the default branch', () => {
    const story = new Story([issue(2, body('src/a.ts'))], { alone: true }).started().propose(2);
    expect(story.plan?.state).toMatchObject({ name: 'proposed', pull: 102 });
    expect(story.plan?.alone).toBe(true);
    story.tell({ kind: 'pull-closed', item: 2, pull: 102, merged: true, by: 'octo-maintainer' });
    expect(story.plan?.state.name).toBe('landed');
  });
});

describe('who may', () => {
  it('refuses a command from somebody without write permission, once, with the reason', () => {
    const story = new Story(three()).look().say('start', { permission: 'read' });
    expect(story.asked()).toEqual(['react eyes', 'react confused']);
    expect(story.plan?.state.name).toBe('draft');
    expect(story.plan?.notice?.text).toContain('write permission');
  });

  it('does not count a label that somebody without write permission applied', () => {
    const story = new Story([issue(2, body('src/a.ts'), { labelled: { by: 'octo-reader', permission: 'read' } })], {
      alone: true,
    })
      .look()
      .say('start');
    expect(story.state(2).name).toBe('draft');
    expect(story.plan?.state.name).toBe('draft');
    expect(story.plan?.notice?.text).toContain('#2');
  });

  it('answers check and status for the author of the issue', () => {
    const story = new Story(three()).look().say('status', { permission: 'read', author: true });
    expect(story.asked()).toEqual(['react eyes', 'react +1']);
  });

  it('starts nothing while there are errors, and lists them', () => {
    const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/a.ts')), issue(4, body('src/c.ts'))])
      .look()
      .say('start');
    expect(story.asked()).toEqual(['react eyes', 'react confused']);
    expect(story.plan?.notice?.text).toContain('scope-overlap');
    expect(story.states()).toEqual({ 2: 'draft', 3: 'draft', 4: 'ready' });
  });
});

describe('what goes wrong', () => {
  it('tries an agent again after an exit status, but not after a refusal of the guard', () => {
    const story = new Story(three()).started().claim(2).claim(3);
    story.tell({
      kind: 'attempt-ended',
      item: 2,
      attempt: 1,
      claim: 'claim-2',
      outcome: { ok: false, failure: { kind: 'exit', status: 3, tail: '' } },
    });
    expect(story.state(2)).toMatchObject({ name: 'queued', attempt: 2 });
    story.tell({
      kind: 'attempt-ended',
      item: 3,
      attempt: 1,
      claim: 'claim-3',
      outcome: { ok: false, failure: { kind: 'guard', refused: [{ path: 'x', why: 'outside' }] } },
    });
    expect(story.state(3)).toMatchObject({ name: 'failed', attempt: 1 });
  });

  it('gives up after the attempts are used, skips the dependents and lets siblings finish', () => {
    const story = new Story(three(), { settings: { attempts: 1 } }).started().claim(2).claim(3);
    story.tell({
      kind: 'attempt-ended',
      item: 2,
      attempt: 1,
      claim: 'claim-2',
      outcome: { ok: false, failure: { kind: 'exit', status: 1, tail: '' } },
    });
    expect(story.states()).toEqual({ 2: 'failed', 3: 'running', 4: 'skipped' });
    story.verify(3).tell({ kind: 'pull-opened', item: 3, head: '3'.padStart(40, 'a'), pull: 103 });
    expect(story.plan?.state).toMatchObject({ name: 'integrating', heads: { 3: '3'.padStart(40, 'a') } });
  });

  it('does not hear a worker whose claim was taken over', () => {
    const story = new Story(three()).started().claim(2, 'first').claim(2, 'second');
    expect(story.state(2)).toMatchObject({ name: 'queued', attempt: 2 });
    story.tell({
      kind: 'attempt-ended',
      item: 2,
      attempt: 1,
      claim: 'first',
      outcome: { ok: false, failure: { kind: 'no-changes' } },
    });
    expect(story.state(2)).toMatchObject({ name: 'queued', attempt: 2 });
  });

  it('cancels what runs when the label is taken off, and keeps the siblings', () => {
    const story = new Story(three()).started().claim(2);
    story.items = story.items
      .map((item) => (item.issue === 2 ? { ...item, labels: [], labelled: undefined } : item))
      .map(({ labelled, ...rest }) => (labelled === undefined ? rest : { ...rest, labelled }));
    story.look();
    expect(story.state(2)).toMatchObject({ name: 'cancelled' });
    expect(story.state(3).name).toBe('queued');
  });

  it('cancels all of a plan by command and takes it up again by retry', () => {
    const story = new Story(three()).started().claim(2).say('cancel');
    expect(story.states()).toEqual({ 2: 'cancelled', 3: 'cancelled', 4: 'cancelled' });
    story.say('retry');
    expect(story.plan?.state).toMatchObject({ name: 'running', base: 'preparing' });
    expect(story.asked()).toContain('prepare');
  });

  it('keeps the approved text for a running agent and asks for a new approval before a retry', () => {
    const story = new Story(three(), { settings: { attempts: 3 } }).started().claim(2);
    story.items = story.items.map((item) => (item.issue === 2 ? { ...item, body: body('src/elsewhere.ts') } : item));
    story.look();
    expect(story.plan?.items[0]?.text.scope[0]?.pattern).toBe('src/a.ts');
    story.tell({
      kind: 'attempt-ended',
      item: 2,
      attempt: 1,
      claim: 'claim-2',
      outcome: { ok: false, failure: { kind: 'no-changes' } },
    });
    story.say('retry', { issues: [2] });
    expect(story.plan?.notice?.text).toContain('approve');
    story.say('approve').say('retry', { issues: [2] });
    expect(story.state(2)).toMatchObject({ name: 'queued', attempt: 2 });
    expect(story.plan?.items[0]?.text.scope[0]?.pattern).toBe('src/elsewhere.ts');
  });

  it('makes an item cancelled whose pull request a person closed, and keeps it out', () => {
    const story = new Story(three()).started().propose(2);
    story.tell({ kind: 'pull-closed', item: 2, pull: 102, merged: false, by: 'octo-maintainer' });
    expect(story.state(2)).toMatchObject({ name: 'cancelled', pull: 102 });
    expect(story.state(4).name).toBe('skipped');
  });

  it('holds a member that a person pushed to outside its scope, until a writer releases it', () => {
    const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts'))]).started().propose(2);
    story.tell({
      kind: 'pushed-by-person',
      item: 2,
      head: 'e'.repeat(40),
      refused: [{ path: 'README.md', why: 'outside' }],
      changes: [],
    });
    expect(story.state(2)).toMatchObject({ name: 'held', why: { kind: 'outside-scope' } });
    expect(story.asked()).toContain('check-run 2');
    story.say('unhold', { on: 2 });
    expect(story.state(2).name).toBe('proposed');
  });

  it('asks for nothing twice when a fact is told again', () => {
    const story = new Story(three()).started();
    const before = story.plan;
    story.tell({ kind: 'prepared', base: { sha: 'x', contracts: 'y' } });
    expect(story.plan).toEqual(before);
    expect(story.effects).toEqual([]);
  });
});

describe('looks that cross', () => {
  it('let the one that began later count, whichever is told first', () => {
    const story = new Story(three());
    const early = story.snapshot();
    story.look();
    story.items = story.items.slice(0, 2);
    story.look();
    expect(Object.keys(story.states())).toEqual(['2', '3']);
    story.tell({ kind: 'seen', snapshot: early, because: 'slow' });
    expect(Object.keys(story.states())).toEqual(['2', '3']);
  });
});

describe('what is deleted', () => {
  const proposed = () => {
    const story = new Story(three()).started().propose(2).propose(3).propose(4);
    const state = story.plan?.state;
    if (state?.name !== 'integrating') throw new Error('not integrating');
    const members = [2, 3, 4].map((item) => ({
      item,
      head: state.heads[item] ?? '',
      merged: 'd'.repeat(40),
      verification: [],
    }));
    return story
      .tell({ kind: 'integrated', integration: { round: 1, heads: state.heads, head: 'd'.repeat(40), members } })
      .tell({ kind: 'integration-opened', pull: 200, round: 1 });
  };

  it('is the integration branch once its pull request is closed', () => {
    const story = proposed().tell({ kind: 'integration-closed', pull: 200, merged: false, by: 'octo-maintainer' });
    expect(story.asked()).toContain('delete-branch');
  });

  it('is nothing when the plan is cancelled by command: branches stay', () => {
    const story = proposed().say('cancel');
    expect(story.plan?.state.name).toBe('cancelled');
    expect(story.asked()).not.toContain('delete-branch');
  });
});

describe('a plan that goes on', () => {
  it('is a draft again, and says why, when there is nothing to start from', () => {
    const story = new Story(three()).look().say('start').tell({ kind: 'not-prepared', why: 'There is no branch.' });
    expect(story.plan?.state.name).toBe('draft');
    expect(story.plan?.notice?.text).toBe('There is no branch.');
    expect(story.states()).toEqual({ 2: 'ready', 3: 'ready', 4: 'ready' });
  });

  it('starts no more agents than the plan has slots', () => {
    const story = new Story(three(), { settings: { slots: 1 } }).started();
    expect(story.asked()).toEqual(['attempt 2']);
    story.claim(2).verify(2);
    expect(story.asked()).toContain('attempt 3');
  });

  it('releases nothing while paused', () => {
    const story = new Story(three())
      .look()
      .say('start')
      .say('pause')
      .tell({ kind: 'prepared', base: { sha: 'b', contracts: 'c' } });
    expect(story.asked()).toEqual([]);
    story.say('resume');
    expect(story.asked()).toContain('attempt 2');
  });
});
