import { describe, expect, it } from 'vitest';
import { baseMovedWords } from '#core/words/base-moved.ts';
import { body, issue, Story } from './story.ts';

const BEGAN = 'b'.repeat(40);

const told = (moved: { head: string; rewritten?: boolean; conflicts?: readonly string[] }): Story =>
  new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts'))])
    .started()
    .tell({ kind: 'base-moved', moved: { rewritten: false, conflicts: [], ...moved } });

const words = ({ plan }: Story): string => (plan === undefined ? '' : baseMovedWords(plan));

describe('a default branch that moved since the plan began', () => {
  it('is worth no word and no write as long as the integration goes with it', () => {
    const story = told({ head: 'f'.repeat(40) });
    expect(words(story)).toBe('');
    expect(story.effects).toEqual([]);
  });

  it('is told with the files that conflict', () => {
    const story = told({ head: 'f'.repeat(40), conflicts: ['src/a.ts'] });
    expect(words(story)).toContain('conflicts with the integration in `src/a.ts`');
    expect(story.effects.map(({ kind }) => kind)).toContain('panel');
  });

  it('is told when it was rewritten, until it is brought back', () => {
    const story = told({ head: 'f'.repeat(40), rewritten: true });
    expect(words(story)).toContain('was rewritten since the plan began (bbbbbbbbbb → ffffffffff)');
    story.tell({ kind: 'base-moved', moved: { head: BEGAN, rewritten: false, conflicts: [] } });
    expect(words(story)).toBe('');
  });

  it('begins anew with the plan', () => {
    const story = told({ head: 'f'.repeat(40), rewritten: true })
      .say('cancel')
      .say('retry');
    story.tell({ kind: 'prepared', base: { sha: 'f'.repeat(40), contracts: 'f'.repeat(40) } });
    expect(words(story)).toBe('');
  });
});
