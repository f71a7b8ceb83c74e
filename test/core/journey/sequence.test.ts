import { describe, expect, it } from 'vitest';
import { turnWords } from '#core/words/sequence.ts';
import { body, issue, Story, work } from './story.ts';

const items = () => [
  issue(2, body('src/a.ts')),
  issue(3, body('src/b.ts', '\n### Depends on\n- #4\n')),
  issue(4, body('src/c.ts')),
];

/** A sequential plan, all of whose pull requests are open; the second item needs the last. */
const open = (): Story =>
  new Story(items(), { settings: { strategy: 'sequential' } }).started().propose(2).propose(4).propose(3);

const words = (story: Story): readonly string[] => {
  const { plan } = story;
  return plan === undefined ? [] : plan.items.map((item) => turnWords(plan, item));
};

const merge = (story: Story, item: number): Story =>
  story.tell({ kind: 'pull-closed', item, pull: 100 + item, merged: true, by: 'octo-writer', into: 'main' });

const landedOn = (story: Story, item: number, landed: readonly number[]): Story => {
  const head = String(item).padStart(40, 'e');
  return story.tell({ kind: 'rebased', item, from: work(item, 1).head, work: { ...work(item, 1), head, landed } });
};

describe('a sequential plan', () => {
  it('lets one member at a time be next, in the order of what they need', () => {
    const story = open();
    expect(words(story)).toEqual(['next to land', 'waits for #4 to land', 'waits for #2 to land']);
    merge(story, 2);
    expect(story.asked()).toEqual(['rebase 4', 'delete-branch']);
    expect(words(story)).toEqual([
      '',
      'waits for #4 to land',
      'next to land; is being brought on top of #2, which landed',
    ]);
    landedOn(story, 4, [2]);
    expect(story.asked()).toEqual(['check-run 4']);
    expect(words(story)[2]).toBe('next to land');
    merge(story, 4);
    expect(story.asked()).toContain('rebase 3');
    expect(merge(landedOn(story, 3, [2, 4]), 3).plan?.state.name).toBe('landed');
  });

  it('goes on with the next one when the first is held, and says so on its check run', () => {
    const story = open().say('hold', { on: 2 });
    expect(words(story)).toEqual(['', 'waits for #4 to land', 'next to land']);
    expect(story.effects.find((effect) => effect.kind === 'check-run')).toMatchObject({ item: 4, again: true });
    story.say('unhold', { on: 2 });
    expect(words(story)[0]).toBe('next to land');
  });

  it('takes it back from a check run that a member is next when an earlier one gets its pull request', () => {
    const story = new Story(items(), { settings: { strategy: 'sequential' } }).started().propose(4);
    expect(words(story)[2]).toBe('next to land');
    story.propose(2);
    expect(words(story)).toEqual(['next to land', '', 'waits for #2 to land']);
    expect(story.effects.filter((effect) => effect.kind === 'check-run')).toMatchObject([
      { item: 2 },
      { item: 4, head: work(4, 1).head, again: true },
    ]);
  });

  it('holds one that does not go on top of what landed, and takes it up again when a person says so', () => {
    const story = merge(open(), 2);
    story.tell({
      kind: 'not-rebased',
      item: 4,
      head: work(4, 1).head,
      why: { kind: 'conflict', with: [2], files: ['src/c.ts'] },
    });
    expect(story.state(4)).toMatchObject({ name: 'held', why: { kind: 'conflict' } });
    expect(story.say('unhold', { on: 4 }).asked()).toContain('rebase 4');
  });

  it('says once what keeps it from its turn, until it stands there', () => {
    const story = merge(open(), 2);
    const put = {
      kind: 'rebase-put-off',
      item: 4,
      message: 'main itself fails the verification of the plan.',
    } as const;
    story.tell(put);
    expect(story.plan?.notice?.text).toContain('#4 is not brought on top of what landed yet: main itself fails');
    const before = story.plan;
    expect(story.tell(put).plan).toEqual(before);
    expect(landedOn(story, 4, [2]).plan?.notice).toBeUndefined();
  });

  it('pushes nothing more when it is cancelled', () => {
    const story = open().say('cancel');
    expect(merge(story, 2).asked()).not.toContain('rebase 4');
    expect(words(story)).toEqual(['', '', '']);
  });
});
