import { expect, it } from 'vitest';
import { builtOnWords } from '#core/words/built-on.ts';
import { body, issue, Story, work } from '../journey/story.ts';

it('a member that was built on an earlier head of another says so, until it contains the one that stands', () => {
  const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts'))], {
    settings: { integrate: 'approved' },
  });
  story.started().propose(2).propose(3);
  const on = (head: string) => {
    const state = story.state(3);
    const item = story.plan?.items[1];
    if (item === undefined || !('work' in state) || story.plan === undefined) throw new Error('not proposed');
    return builtOnWords(story.plan, { ...item, state: { ...state, work: { ...state.work, on: { 2: head } } } });
  };
  expect(on('0'.repeat(40))).toBe('built on an earlier #2');
  expect(on(work(2, 1).head)).toBe('');
});
