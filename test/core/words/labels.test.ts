import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemState } from '#core/types.ts';
import { isStateLabel, itemLabel, labelOf, planLabel, relabelled, STATE_LABELS } from '#core/words/labels.ts';
import { body, issue, Story, work } from '../journey/story.ts';

const plan = (() => {
  const story = new Story([issue(2, body('src/a.ts'))]).look();
  if (story.plan === undefined) throw new Error('no plan');
  return story.plan;
})();

const labelIn = (state: ItemState, more: Partial<typeof plan> = {}) => {
  const item = plan.items[0];
  if (item === undefined) throw new Error('no item');
  return itemLabel({ ...plan, ...more }, { ...item, state });
};

const done = work(2, 1);

describe('the label of an item', () => {
  it.each<[string, ItemState]>([
    ['parallel:blocked', { name: 'draft' }],
    ['parallel:ready', { name: 'ready' }],
    ['parallel:ready', { name: 'waiting', on: 'base' }],
    ['parallel:ready', { name: 'waiting', on: 'slot' }],
    ['parallel:blocked', { name: 'waiting', on: [3] }],
    ['parallel:blocked', { name: 'waiting', on: 'resume' }],
    ['parallel:running', { name: 'queued', attempt: 1, since: '' }],
    ['parallel:running', { name: 'running', attempt: 1, claim: 'c', step: 'verify', startedAt: '' }],
    ['parallel:running', { name: 'publishing', work: done }],
    ['parallel:in-review', { name: 'proposed', work: done, pull: 9 }],
    ['parallel:in-review', { name: 'merged', work: done, pull: 9, commit: '' }],
    ['parallel:blocked', { name: 'held', work: done, why: { kind: 'person', by: 'mona' } }],
    ['parallel:blocked', { name: 'failed', failure: { kind: 'no-changes' }, attempt: 1 }],
    ['parallel:blocked', { name: 'cancelled', by: 'mona', why: '' }],
    ['parallel:blocked', { name: 'skipped', because: 3 }],
  ])('is %s for %o', (label, state) => {
    expect(labelIn(state)).toBe(label);
  });

  it('is done when what it was merged into is the default branch', () => {
    const merged: ItemState = { name: 'merged', work: done, pull: 9, commit: '' };
    const approval = { by: 'mona', at: '', hash: '', bodies: {} };
    expect(labelIn(merged, { alone: true })).toBe('parallel:done');
    expect(labelIn(merged, { settings: { ...plan.settings, strategy: 'direct' } })).toBe('parallel:done');
    expect(labelIn(merged, { state: { name: 'landed', approval, startedAt: '', pull: 10, at: '' } })).toBe(
      'parallel:done',
    );
  });

  it('is none where a person took `parallel` away, and for an issue of somebody else', () => {
    const unlabelled = new Story([issue(2, body('src/a.ts'))]).look();
    unlabelled.items = [{ ...issue(2, body('src/a.ts')), labels: [] }].map(({ labelled: _gone, ...rest }) => rest);
    unlabelled.look();
    expect(labelOf(plan, 99)).toBeUndefined();
    expect(unlabelled.plan === undefined ? '' : labelOf(unlabelled.plan, 2)).toBeUndefined();
    expect(unlabelled.effects.map((effect) => effect.name).filter((name) => name.includes('-label-2-'))).toEqual([]);
  });
});

describe('the label of a plan', () => {
  it('is blocked while there are errors or no items, and ready when it can be started', () => {
    expect(planLabel(plan)).toBe('parallel:ready');
    expect(planLabel({ ...plan, report: { ...plan.report, ok: false } })).toBe('parallel:blocked');
    expect(planLabel({ ...plan, faults: ['no branch'] })).toBe('parallel:blocked');
    expect(planLabel({ ...plan, items: [] })).toBe('parallel:blocked');
  });
});

describe('putting labels right', () => {
  const names = fc.array(
    fc.constantFrom('bug', 'parallel', 'Parallel:Done', ...Object.keys(STATE_LABELS), 'parallel:other'),
  );
  const wanted = fc.constantFrom(undefined, ...(Object.keys(STATE_LABELS) as (keyof typeof STATE_LABELS)[]));

  it("leaves exactly the one of ours, all of the person's in their order, and says nothing of what is right", () => {
    fc.assert(
      fc.property(names, wanted, (labels, label) => {
        const after = relabelled(labels, label) ?? labels;
        expect(after.filter((name) => !isStateLabel(name))).toEqual(labels.filter((name) => !isStateLabel(name)));
        expect(after.filter(isStateLabel).map((name) => name.toLowerCase())).toEqual(
          label === undefined ? [] : [label],
        );
        expect(relabelled(after, label)).toBeUndefined();
      }),
    );
  });

  it('is asked for by whatever makes the label wrong: a change of state, or a hand', () => {
    const story = new Story([issue(2, body('src/a.ts'))]).look();
    const asked = () => story.effects.filter((effect) => effect.kind === 'label').map((effect) => effect.issue);
    expect(asked()).toEqual([1, 2]);
    story.items = [issue(2, body('src/a.ts'), { labels: ['parallel', 'parallel:ready'] })];
    if (story.planIssue !== undefined) story.planIssue = { ...story.planIssue, labels: ['parallel', 'parallel:ready'] };
    story.look();
    expect(asked()).toEqual([]);
    story.items = [issue(2, body('src/a.ts'), { labels: ['parallel', 'parallel:ready', 'parallel:done'] })];
    story.look();
    expect(asked()).toEqual([2]);
  });
});
