import { describe, expect, it } from 'vitest';
import type { FleetPause } from '#core/types.ts';
import { closedWords, unpricedWords } from '#core/words/closed.ts';
import { failureWords } from '#core/words/state.ts';

const until = '2025-11-30T14:05:10.123Z';
const pause: FleetPause = { until, since: until, provider: 'anthropic', status: 529, strikes: 1 };

describe('words about money', () => {
  it('say why nobody starts, and until when', () => {
    expect(closedWords(undefined)).toBe('');
    expect(closedWords({ why: 'pause', until, pause })).toBe(
      '> [!IMPORTANT]\n> The model provider (anthropic) asks for a pause (529): no agent starts and no request is sent until 2025-11-30 14:05:10 UTC. Agents at work wait; nothing is lost.',
    );
    expect(closedWords({ why: 'day', until: '2025-12-01T00:00:00.000Z', dollars: 50 })).toBe(
      "> [!IMPORTANT]\n> The budget of $50.00 for the day is spent: no agent starts and no request to a model is sent until 2025-12-01 00:00:00 UTC. The operator's `limits.day_budget` sets it.",
    );
  });

  it('name models without a price, a few of them, harmlessly', () => {
    expect(unpricedWords([])).toBe('');
    const many = unpricedWords(['`@everyone`', 'b', 'c', 'd', 'e', 'f']);
    expect(many).toMatch(/^> \[!NOTE\]\n> No price is known for `` ?`@everyone` ?``, `b`, `c`, `d`, `e`: /);
  });

  it('say whose budget is spent', () => {
    const words = (spent: Parameters<typeof failureWords>[0] & { kind: 'budget' }): string => failureWords(spent);
    expect(words({ kind: 'budget', spent: { of: 'item', dollars: 0.05 } })).toBe(
      'the budget of $0.05 of the item is spent',
    );
    expect(words({ kind: 'budget', spent: { of: 'attempt', dollars: 1 } })).toBe(
      'the budget of $1.00 of an attempt is spent',
    );
    expect(words({ kind: 'budget', spent: { of: 'tokens', tokens: 5_000_000, model: 'homegrown' } })).toBe(
      'the 5000000 tokens that an attempt may use of `homegrown`, a model without a price, are spent',
    );
  });
});
