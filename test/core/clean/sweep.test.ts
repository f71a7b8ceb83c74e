import { describe, expect, it } from 'vitest';
import { leftWorktrees } from '#core/clean/sweep.ts';
import { body, issue, Story } from '../journey/story.ts';

describe('worktrees that nobody works in', () => {
  it('are those of attempts that are over and of no round, with all that was checked out beside them', () => {
    const story = new Story([2, 3].map((item) => issue(item, body(`src/${item}.ts`)))).started().claim(2);
    if (story.plan === undefined) throw new Error('no plan');
    const { id } = story.plan;
    const kept = [`${id}-2-1`, `${id}-2-1-verify`, `${id}-2-1-resolve-0123456789ab`];
    const left = [
      `${id}-2-2`,
      `${id}-2-2-resolve-0123456789ab`,
      `${id}-3-1-verify`,
      `${id}-resolve-0123456789ab`,
      `${id}-integration-0123456789ab`,
    ];
    expect(leftWorktrees([...kept, ...left], [story.plan])).toEqual(left);
    story.verify(2);
    expect(leftWorktrees([...kept, ...left], [story.plan])).toEqual([...kept, ...left]);
  });
});
