import type { Price } from '#core/types.ts';

/** When the table below was read from the price lists of the providers. */
export const PRICES_AS_OF = '2026-11';

/** Anthropic: of what is written to a cache, the five-minute kind. */
const OPUS: Price = { input: 5, output: 25, cache_read: 0.5, cache_write: 6.25 };
const SONNET: Price = { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 };

/** OpenAI: prompts above 272,000 tokens cost twice for what is read, and half as much again for what is written. */
const gpt = (input: number, output: number, cache_read: number, cache_write = input): Price => ({
  ...{ input, output, cache_read, cache_write },
  long: {
    above: 272_000,
    ...{ input: input * 2, output: output * 1.5, cache_read: cache_read * 2, cache_write: cache_write * 2 },
  },
});

/** List prices that are shipped, in US dollars per million tokens; the operator's `prices` go over them. */
export const PRICES: Readonly<Record<string, Price>> = {
  'claude-fable-5-1': { input: 10, output: 50, cache_read: 0.25, cache_write: 12.5 },
  'claude-fable-5': { input: 10, output: 50, cache_read: 1, cache_write: 12.5 },
  'claude-opus-5-5': { input: 4, output: 20, cache_read: 0.2, cache_write: 5 },
  'claude-opus-5': OPUS,
  'claude-opus-4-8': OPUS,
  'claude-opus-4-7': OPUS,
  'claude-opus-4-6': OPUS,
  'claude-opus-4-5': OPUS,
  'claude-sonnet-5-5': { input: 2, output: 10, cache_read: 0.1, cache_write: 2.5 },
  'claude-sonnet-5': { input: 2, output: 10, cache_read: 0.2, cache_write: 2.5 },
  'claude-sonnet-4-6': SONNET,
  'claude-sonnet-4-5': SONNET,
  'claude-haiku-5-5': {
    ...{ input: 0.1, output: 0.5, cache_read: 0.01, cache_write: 0.125 },
    long: { above: 100_000, input: 0.5, output: 2.5, cache_read: 0.05, cache_write: 0.625 },
  },
  'claude-haiku-4-5': { input: 1, output: 5, cache_read: 0.1, cache_write: 1.25 },
  'gpt-6.1-sol': gpt(2, 10, 0.1, 2.5),
  'gpt-6-astra': gpt(10, 50, 1, 12.5),
  'gpt-6-sol': gpt(2, 10, 0.2, 2.5),
  'gpt-6-luna': gpt(0.1, 0.5, 0.01, 0.125),
  'gpt-5.6-sol': gpt(5, 30, 0.5, 6.25),
  'gpt-5.6-terra': gpt(2, 12, 0.2, 2.5),
  'gpt-5.6-luna': {
    ...{ input: 0.2, output: 1.2, cache_read: 0.02, cache_write: 0.25 },
    long: { above: 200_000, input: 0.4, output: 1.8, cache_read: 0.04, cache_write: 0.5 },
  },
  'gpt-5.5': gpt(5, 30, 0.5),
  'gpt-5.4': gpt(2.5, 15, 0.25),
  'gpt-5.4-mini': { input: 0.75, output: 4.5, cache_read: 0.075 },
  'gpt-5.3-codex': { input: 1.75, output: 14, cache_read: 0.175 },
  'gpt-5.2-codex': { input: 1.75, output: 14, cache_read: 0.175 },
  'gpt-5.2': { input: 1.75, output: 14, cache_read: 0.175 },
  'gpt-5.1-codex-max': { input: 1.25, output: 10, cache_read: 0.125 },
  'gpt-5.1-codex': { input: 1.25, output: 10, cache_read: 0.125 },
  'gpt-5.1': { input: 1.25, output: 10, cache_read: 0.125 },
  'gpt-5-codex': { input: 1.25, output: 10, cache_read: 0.125 },
  'gpt-5': { input: 1.25, output: 10, cache_read: 0.125 },
  'gpt-5-mini': { input: 0.25, output: 2, cache_read: 0.025 },
};
