import { describe, expect, it } from 'vitest';
import { standing } from '#core/journey/consequences.ts';
import { body, issue, Story, work } from './story.ts';

/** What is asked for again when all queues are lost, by kind. */
const askedAgain = ({ plan }: Story): readonly string[] =>
  plan === undefined ? [] : standing(plan).map((effect) => effect.kind);

const one = (): Story => new Story([issue(2, body('src/2.ts'))]);

/** The plan in its first round of integration. */
const integrating = (): Story => one().started().propose(2);

describe('what a lost queue forgot', () => {
  it('is asked for again in every state that waits for an effect', () => {
    expect(askedAgain(one().look().say('start'))).toEqual(['prepare']);
    expect(askedAgain(one().started())).toEqual(['attempt']);
    expect(askedAgain(one().started().claim(2))).toEqual(['attempt']);
    expect(askedAgain(one().started().claim(2).verify(2))).toEqual(['propose']);
    expect(askedAgain(integrating())).toEqual(['integrate']);
  });

  it('is the integration pull request once the round is over', () => {
    const { head } = work(2, 1);
    const merged = 'd'.repeat(40);
    const story = integrating().tell({
      kind: 'integrated',
      integration: {
        round: 1,
        heads: { 2: head },
        head: merged,
        members: [{ item: 2, head, merged, verification: [] }],
      },
    });
    expect(story.plan?.state.name).toBe('integrating');
    expect(askedAgain(story)).toEqual(['propose-integration']);
    const opened = story.tell({ kind: 'integration-opened', pull: 200, round: 1 });
    expect(askedAgain(opened)).toEqual([]);
  });
});
