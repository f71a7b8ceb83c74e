import { expect, it } from 'vitest';
import { nextStep } from '#core/words/panel-next.ts';
import { body, issue, Story, work } from './story.ts';

it('says why a round cannot go on, until it does, and blames nobody', () => {
  const story = new Story([issue(2, body('src/a.ts'))]).started().propose(2);
  const state = story.plan?.state;
  if (state?.name !== 'integrating') throw new Error(`The plan is ${state?.name}`);
  const { round, heads } = state;
  const why = 'the verification cannot be run: the disk of the worker is full: make room';
  story.tell({ kind: 'integration-waits', round, why });
  expect(story.effects.map(({ kind }) => kind)).toEqual(['panel']);
  expect(story.plan && nextStep(story.plan)).toContain('the disk of the worker is full');
  // A word about a round that is over comes too late.
  story.tell({ kind: 'integration-waits', round: round + 1, why: 'something else' });
  expect(story.plan?.state).toMatchObject({ name: 'integrating', waits: why });
  const members = [{ item: 2, head: heads[2] ?? '', merged: 'f'.repeat(40), verification: [] }];
  story.tell({ kind: 'integrated', integration: { round, heads, head: 'f'.repeat(40), members } });
  story.tell({ kind: 'integration-opened', pull: 9, round });
  expect(story.plan?.state).not.toHaveProperty('waits');
});

it('is not ended by word of the pull request of an earlier round', () => {
  const items = [2, 3, 4].map((item) => issue(item, body(`src/${item}.ts`)));
  const story = new Story(items, { settings: { integrate: 'approved' } }).started().propose(2).propose(3).propose(4);
  const approve = (item: number) =>
    story.tell({ kind: 'reviewed', item, pull: 100 + item, head: work(item, 1).head, approved: true });
  const merge = (round: number) => {
    const { state } = story.plan ?? {};
    if (state?.name !== 'integrating') throw new Error(`The plan is ${state?.name}`);
    const members = Object.entries(state.heads).map(([item, head]) => {
      return { item: Number(item), head, merged: 'f'.repeat(40), verification: [] };
    });
    story.tell({ kind: 'integrated', integration: { round, heads: state.heads, head: 'f'.repeat(40), members } });
  };
  approve(2);
  merge(1);
  story.tell({ kind: 'integration-opened', pull: 9, round: 1 });
  approve(3);
  const asked = story.plan?.state;
  expect(story.asked()).toContain('integrate');
  approve(4);
  story.tell({ kind: 'integration-opened', pull: 9, round: 1 });
  expect(story.plan?.state, 'the round that was asked for').toEqual(asked);
  merge(2);
  expect(story.plan?.state).toMatchObject({ name: 'integrating', round: 3, pull: 9 });
});
