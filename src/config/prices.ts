import type { Price } from '#core/types.ts';

/** When the table below was read from the price lists of the providers. */
export const PRICES_AS_OF = '2025-11';

/** List prices that are shipped; the operator's `prices` go over them. A cache write is the five-minute kind. */
export const PRICES: Readonly<Record<string, Price>> = {
  'claude-opus-4-5': { input: 5, output: 25, cache_read: 0.5, cache_write: 6.25 },
  'claude-sonnet-4-5': { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 },
  'claude-haiku-4-5': { input: 1, output: 5, cache_read: 0.1, cache_write: 1.25 },
  'gpt-5': { input: 1.25, output: 10, cache_read: 0.125 },
  'gpt-5-mini': { input: 0.25, output: 2, cache_read: 0.025 },
};
