import { describe, expect, it } from 'vitest';
import type { SeenIssue } from '#core/types.ts';
import { conflictRows } from '#core/words/conflict-row.ts';
import { itemReason, itemWords } from '#core/words/state.ts';
import { body, issue, Story, work } from './story.ts';

const items = () => [issue(2, body('src/a.ts')), issue(3, body('src/b.ts', '\n### Depends on\n- #2\n'))];

/** A plan whose first item is proposed and whose second, which needs it, too. */
const proposed = (): Story =>
  new Story(items(), { settings: { integrate: 'approved' } }).started().propose(2).propose(3);

/** The attempt that goes on with an item ends so. */
const ended = (story: Story, item: number, failure: Parameters<Story['tell']>[0] & { kind: 'attempt-ended' }): Story =>
  story.claim(item).tell(failure);

const nothing = (item: number, attempt: number) =>
  ({
    kind: 'attempt-ended',
    item,
    attempt,
    claim: `claim-${item}`,
    outcome: { ok: false, failure: { kind: 'no-changes' } },
  }) as const;

const refusal = (story: Story): string => story.plan?.notice?.text ?? '';

describe('/parallel fix', () => {
  it('starts one attempt on the member, which people see as fixing, and proposes what it brings', () => {
    const story = proposed().say('fix', { on: 2 });
    expect(story.asked()).toEqual(['react eyes', 'attempt 2', 'react +1']);
    expect(story.state(2)).toMatchObject({ name: 'queued', attempt: 2, fix: { pull: 102, by: 'octo-maintainer' } });
    story.claim(2);
    expect(itemWords(story.state(2))).toBe('fixing (prepare)');
    expect(story.state(3).name, 'what was built on it stays').toBe('proposed');
    story.verify(2).tell({ kind: 'pull-opened', item: 2, head: work(2, 2).head, pull: 102 });
    expect(story.state(2)).toMatchObject({ name: 'proposed', work: { attempt: 2 }, pull: 102 });
  });

  it('that brings nothing leaves the member as it was, held until a person decides', () => {
    const story = proposed().say('fix', { on: 2 });
    ended(story, 2, nothing(2, 2));
    expect(story.state(2)).toMatchObject({ name: 'held', work: { attempt: 1 }, why: { kind: 'fix-failed' } });
    expect(itemReason(story.state(2))).toContain('the agent ended well but changed nothing');
    story.say('fix', { on: 2 });
    ended(story, 2, nothing(2, 3)).say('fix', { on: 2 });
    expect(refusal(story)).toContain('All 3 attempts of #2 are used up');
    story.say('unhold', { on: 2 });
    expect(story.state(2)).toMatchObject({ name: 'proposed', work: { attempt: 1 } });
  });

  it('is over when the plan lands without it: the member keeps its branch and its pull request, which hears so', () => {
    const story = new Story([...items(), issue(4, body('src/c.ts'))], { settings: { integrate: 'approved' } });
    story.started().propose(2).propose(4);
    story.tell({ kind: 'reviewed', item: 4, pull: 104, head: work(4, 1).head, approved: true });
    const state = story.plan?.state;
    if (state?.name !== 'integrating') throw new Error(`The plan is ${state?.name}`);
    const head = 'd'.repeat(40);
    const members = [{ item: 4, head: work(4, 1).head, merged: head, verification: [] }];
    story
      .tell({ kind: 'integrated', integration: { round: state.round, heads: state.heads, head, members } })
      .tell({ kind: 'integration-opened', pull: 200, round: state.round })
      .say('fix', { on: 2 })
      .claim(2)
      .tell({ kind: 'integration-closed', pull: 200, merged: true, by: 'octo-writer' });
    expect(story.plan?.state.name).toBe('landed');
    expect(story.state(2)).toMatchObject({ name: 'held', pull: 102 });
    expect(story.asked(), 'the integration branch stays as long as a pull request leads there').toEqual([
      'say-landed 4',
      'delete-branch',
      'say-landed 2',
    ]);
    story.tell({ kind: 'pull-closed', item: 2, pull: 102, merged: false, by: 'octo-writer' });
    expect(story.effects.filter(({ kind }) => kind === 'delete-branch')).toMatchObject([
      { branch: story.plan?.branch },
    ]);
  });

  it('lets nothing in that a person keeps out', () => {
    const story = proposed().say('hold', { on: 2 }).say('fix', { on: 2 }).claim(2).verify(2);
    story.tell({ kind: 'pull-opened', item: 2, head: work(2, 2).head, pull: 102 });
    expect(story.state(2)).toMatchObject({ name: 'held', work: { attempt: 2 }, why: { kind: 'person' } });
  });

  it('is taken back by cancel: the member stays out until a person lets it in', () => {
    const story = proposed().say('fix', { on: 2 }).claim(2).say('cancel', { on: 2 });
    expect(story.state(2)).toMatchObject({ name: 'held', pull: 102, why: { kind: 'person' } });
  });

  it('goes on where a person pushed while the agent ran', () => {
    const story = proposed().say('fix', { on: 2 }).claim(2);
    story.tell({
      kind: 'branch-moved',
      item: 2,
      attempt: 2,
      claim: 'claim-2',
      work: { ...work(2, 2), head: 'e'.repeat(40) },
      found: 'f'.repeat(40),
    });
    expect(story.asked()).toEqual(['inspect-push 2']);
    story.tell({ kind: 'pushed-by-person', item: 2, head: 'f'.repeat(40), refused: [], changes: [] });
    expect(story.state(2)).toMatchObject({
      name: 'held',
      work: { head: 'f'.repeat(40) },
      why: { kind: 'branch-moved' },
    });
    expect(story.say('fix', { on: 2 }).state(2)).toMatchObject({
      name: 'queued',
      fix: { work: { head: 'f'.repeat(40) } },
    });
  });

  it('ends when a person closes the pull request', () => {
    const story = proposed().say('fix', { on: 2 }).claim(2);
    story.tell({ kind: 'pull-closed', item: 2, pull: 102, merged: false, by: 'octo-writer' });
    expect(story.state(2)).toMatchObject({ name: 'cancelled', pull: 102 });
  });

  it.each([
    ['the plan, without naming whom', { on: 1 }, 'Say which'],
    ['an item without work', { on: 4 }, 'there is nothing to go on with'],
    ['one that an agent goes on with', { on: 2 }, 'goes on with #2 already'],
  ])('is refused on %s', (_whom, options, words) => {
    const story = new Story([...items(), issue(4, body('src/c.ts'))], { settings: { integrate: 'approved' } })
      .started()
      .propose(2)
      .say('fix', { on: 2 })
      .say('fix', options);
    expect(refusal(story)).toContain(words);
  });

  it('goes on with a text that was edited only when that is approved, and checked', () => {
    const story = proposed();
    const edit = (text: string): void => {
      story.items = story.items.map((one) => (one.issue === 2 ? { ...one, body: text } : one));
      story.look();
    };
    edit(body('src/b.ts'));
    story.say('fix', { on: 2 });
    expect(refusal(story)).toContain('#2 was edited after it was approved');
    edit('Nothing of it.');
    story.say('approve', { on: 2 });
    expect(refusal(story)).toContain('#2 as edited has errors');
    edit(body('src/more.ts'));
    expect(story.say('approve', { on: 2 }).state(2), 'the member stays').toMatchObject({ name: 'proposed', pull: 102 });
    expect(story.plan?.items[0]?.text.scope[0]?.pattern).toBe('src/more.ts');
    expect(story.say('fix', { on: 2 }).state(2)).toMatchObject({ name: 'queued', attempt: 2 });
  });

  it.each<[string, (one: SeenIssue) => SeenIssue[]]>([
    ['deleted', () => []],
    ['closed', (one) => [{ ...one, open: false }]],
    ['without its label', ({ labelled: _was, ...one }) => [{ ...one, labels: [] }]],
  ])('stays a member when its issue, edited, is %s and the plan is approved again', (_how, withdraw) => {
    const story = proposed();
    story.items = story.items.map((one) => (one.issue === 2 ? { ...one, body: body('src/more.ts') } : one));
    story.look();
    story.items = story.items.flatMap((one) => (one.issue === 2 ? withdraw(one) : [one]));
    story.look().say('approve');
    expect(story.states()).toMatchObject({ 2: 'proposed' });
    expect(story.plan?.items[0]?.text.scope[0]?.pattern, 'the text that was approved').toBe('src/a.ts');
  });
});

describe('a pull request that a person points elsewhere', () => {
  it('keeps its member out until it comes back', () => {
    const story = proposed();
    const branch = story.plan?.branch ?? '';
    story.tell({ kind: 'pull-retargeted', item: 2, pull: 102, to: 'main' });
    expect(story.state(2)).toMatchObject({ name: 'held', why: { kind: 'retargeted', to: 'main' } });
    story.say('unhold', { on: 2 });
    expect(refusal(story)).toContain('was pointed at `main`');
    story.tell({ kind: 'pull-retargeted', item: 2, pull: 102, to: branch });
    expect(story.state(2).name).toBe('proposed');
  });

  it('and merges there, has landed by itself', () => {
    const story = proposed().tell({ kind: 'pull-retargeted', item: 2, pull: 102, to: 'main' });
    story.tell({ kind: 'pull-closed', item: 2, pull: 102, merged: true, by: 'octo-writer', into: 'main' });
    expect(story.state(2).name).toBe('merged');
  });
});

describe('the decision table for conflicts', () => {
  it.each([
    ['package-lock.json', 'package lock file'],
    ['src/auth.test.ts', 'test file overlap'],
    ['tests/helpers.py', 'test file overlap'],
    ['src/shared/types.ts', 'type definition mismatch'],
    ['tsconfig.json', 'configuration overlap'],
    ['vite.config.ts', 'configuration overlap'],
    ['src/auth.ts', 'same file'],
  ])('%s is a %s', (path, row) => {
    expect(conflictRows([path])[0]).toMatch(new RegExp(`^${row}: `));
  });
});
