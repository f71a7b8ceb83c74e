import { describe, expect, it } from 'vitest';
import type { Item, Refusal } from '#core/types.ts';
import { pullBody } from '#core/words/pull-request.ts';
import { failureWords } from '#core/words/state.ts';
import { body, issue, Story, work } from './story.ts';

const PROTECTED: Refusal = { path: 'src/AGENTS.md', why: 'it is protected (AGENTS.md)', excusable: true };
const OUTSIDE: Refusal = { path: 'etc/x', why: 'it is outside the scope of the item' };

const itemOf = (story: Story, issue: number): Item => {
  const found = story.plan?.items.find((item) => item.issue === issue);
  if (found === undefined) throw new Error(`no #${issue}`);
  return found;
};

const refusedBy = (refused: readonly Refusal[]): Story => {
  const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts'))]).started().claim(2);
  const state = story.state(2);
  if (state.name !== 'running') throw new Error(state.name);
  return story.tell({
    kind: 'attempt-ended',
    item: 2,
    attempt: state.attempt,
    claim: state.claim,
    outcome: { ok: false, failure: { kind: 'guard', refused } },
  });
};

describe('an exception of the guard', () => {
  it('is made by a writer with unhold, is on record, and the next attempt may bring the path', () => {
    const story = refusedBy([PROTECTED]);
    const state = story.state(2);
    expect(state.name === 'failed' && failureWords(state.failure)).toContain('`/parallel unhold` lets these paths in');
    story.say('unhold', { on: 2 });
    expect(itemOf(story, 2)).toMatchObject({
      state: { name: 'failed' },
      exceptions: [{ path: PROTECTED.path, by: 'octo-maintainer' }],
    });
    story.say('retry', { on: 2 });
    expect(story.state(2).name).toBe('queued');
    expect(story.plan && pullBody(story.plan, itemOf(story, 2), work(2, 2))).toMatch(
      /### Exceptions\n\n- `src\/AGENTS\.md`, let in by `octo-maintainer` on \d{4}-/,
    );
  });

  it('cannot be made for what is outside the scope', () => {
    const story = refusedBy([PROTECTED, OUTSIDE]);
    story.say('unhold', { on: 2 });
    expect(itemOf(story, 2).exceptions).toBeUndefined();
    expect(story.plan?.notice?.text).toContain('nothing to release');
  });
});
