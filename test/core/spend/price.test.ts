import { describe, expect, it } from 'vitest';
import { PRICES } from '#config/prices.ts';
import { dollarsOf, priceOf } from '#core/spend/price.ts';
import { weighed } from '#core/spend/tokens.ts';

describe('the price of a model', () => {
  it.each([
    ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['claude-haiku-4-5-latest', 'claude-haiku-4-5'],
    ['claude-opus-4-5@20251101', 'claude-opus-4-5'],
    ['claude-sonnet-4-5-20250929[1m]', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['gpt-5-2025-08-07', 'gpt-5'],
    ['gpt-5-mini-2025-08-07', 'gpt-5-mini'],
  ])('%s is that of %s', (model, name) => {
    expect(priceOf(PRICES, model)).toBe(PRICES[name]);
  });

  it.each(['gpt-5-turbo', 'gpt-50', 'claude-sonnet', 'toString', '__proto__', ''])('%j has none', (model) => {
    expect(priceOf(PRICES, model)).toBeUndefined();
  });

  it('of the name as it is goes before that of the name without its date', () => {
    const dated = { input: 9, output: 9 };
    expect(priceOf({ ...PRICES, 'gpt-5-2025-08-07': dated }, 'gpt-5-2025-08-07')).toBe(dated);
  });

  it('counts each sort of tokens at its own rate, and cached ones like input where nobody says otherwise', () => {
    const tokens = { input: 1_000_000, output: 100_000, cacheRead: 2_000_000, cacheWrite: 400_000 };
    const price = { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 };
    expect(dollarsOf(price, tokens)).toBeCloseTo(3 + 1.5 + 0.6 + 1.5, 12);
    expect(dollarsOf({ input: 3, output: 15 }, tokens)).toBeCloseTo(3 + 1.5 + 6 + 1.2, 12);
  });

  it('of a long prompt is another, cached tokens counted, for all of the request', () => {
    const price = { input: 1, output: 5, long: { above: 100_000, input: 2, output: 10, cache_read: 0.5 } };
    const tokens = { input: 10_000, output: 1_000, cacheRead: 90_000, cacheWrite: 0 };
    expect(dollarsOf(price, tokens)).toBeCloseTo(0.105, 12);
    expect(dollarsOf(price, { ...tokens, cacheRead: 90_001 })).toBeCloseTo(0.02 + 0.01 + 0.0450005, 12);
  });

  it('is replaced by a cap of tokens, of which those read from a cache count a tenth', () => {
    expect(weighed({ input: 5, output: 7, cacheRead: 101, cacheWrite: 2 })).toBe(25);
  });
});
