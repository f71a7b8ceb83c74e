import type { Tokens } from '#core/types.ts';
import type { Dialect, Meter } from './dialect.ts';
import { responsesLength } from './limit.ts';
import { responsesReach } from './reach.ts';
import { tokensIn } from './reckon.ts';
import { isTooMany } from './too-many.ts';
import { countOf, objectOf, textOf, wordsOf } from './values.ts';

/** The Responses API of OpenAI. Usage comes once, with the event that ends the answer. */
export const openaiResponses: Dialect = {
  provider: 'openai',
  prepare: responsesReach,
  length: responsesLength,
  meter,
};

/** The events after which nothing comes: each carries the whole response. */
const ENDS = ['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled'];

function meter(asked: Tokens): Meter {
  let tokens: Tokens | undefined;
  let written = 0;
  let overloaded = false;

  const hear = (response: unknown): void => {
    const { usage, error } = objectOf(response);
    overloaded ||= isTooMany(error);
    tokens = usageOf(usage) ?? tokens;
  };

  return {
    take: (value) => {
      const event = objectOf(value);
      const type = textOf(event['type']);
      // A whole answer is a response itself.
      if (event['object'] === 'response') {
        hear(event);
        return { end: true };
      }
      if (type.endsWith('.delta')) written += wordsOf(event['delta']);
      if (type === 'error') hear({ error: event['error'] ?? event });
      if (!ENDS.includes(type)) return { end: type === 'error' };
      hear(event['response']);
      return { end: true };
    },
    tokens: () => tokens ?? { ...asked, output: tokensIn(written) },
    told: () => tokens !== undefined,
    overloaded: () => overloaded,
  };
}

/** `input_tokens` holds those read from a cache and written to one; `output_tokens` holds those of reasoning. */
const usageOf = (value: unknown): Tokens | undefined => {
  const usage = objectOf(value);
  const all = countOf(usage['input_tokens']);
  const output = countOf(usage['output_tokens']);
  if (all === undefined || output === undefined) return undefined;
  const details = objectOf(usage['input_tokens_details']);
  const cacheRead = Math.min(all, countOf(details['cached_tokens']) ?? 0);
  const cacheWrite = Math.min(all - cacheRead, countOf(details['cache_write_tokens']) ?? 0);
  return { input: all - cacheRead - cacheWrite, output, cacheRead, cacheWrite };
};
