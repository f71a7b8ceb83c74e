import type { Tokens } from '#core/types.ts';
import type { Dialect, Meter } from './dialect.ts';
import { chatLength } from './limit.ts';
import { chatReach } from './reach.ts';
import { tokensIn } from './reckon.ts';
import { isTooMany } from './too-many.ts';
import { countOf, listOf, objectOf, wordsOf } from './values.ts';

/** Chat Completions of OpenAI, and of the many that speak like it. A stream tells usage in its last part, when asked to. */
export const chatCompletions: Dialect = {
  provider: 'openai',
  prepare: (body) => {
    const prepared = chatReach(body);
    if ('refused' in prepared || body['stream'] !== true) return prepared;
    const options = { ...objectOf(body['stream_options']), include_usage: true };
    return { ...prepared, body: { ...prepared.body, stream_options: options } };
  },
  length: chatLength,
  meter,
};

function meter(asked: Tokens): Meter {
  let tokens: Tokens | undefined;
  let written = 0;
  let overloaded = false;
  return {
    take: (value) => {
      if (value === '[DONE]') return { end: true };
      const part = objectOf(value);
      tokens = usageOf(part['usage']) ?? tokens;
      const { code, type } = objectOf(part['error']);
      overloaded ||= isTooMany(part['error']);
      for (const choice of listOf(part['choices'])) {
        const { delta, message } = objectOf(choice);
        written += messageWords(delta ?? message);
      }
      return { end: part['object'] === 'chat.completion' || code !== undefined || type !== undefined };
    },
    tokens: () => tokens ?? { ...asked, output: tokensIn(written) },
    told: () => tokens !== undefined,
    overloaded: () => overloaded,
  };
}

/** `prompt_tokens` holds those read from a cache and written to one; `completion_tokens` holds those of reasoning. */
const usageOf = (value: unknown): Tokens | undefined => {
  const usage = objectOf(value);
  const all = countOf(usage['prompt_tokens']);
  const output = countOf(usage['completion_tokens']);
  if (all === undefined || output === undefined) return undefined;
  const details = objectOf(usage['prompt_tokens_details']);
  const cacheRead = Math.min(all, countOf(details['cached_tokens']) ?? 0);
  const cacheWrite = Math.min(all - cacheRead, countOf(details['cache_write_tokens']) ?? 0);
  return { input: all - cacheRead - cacheWrite, output, cacheRead, cacheWrite };
};

const messageWords = (value: unknown): number => {
  const message = objectOf(value);
  const calls = listOf(message['tool_calls']).map((call) => objectOf(objectOf(call)['function'])['arguments']);
  return [
    message['content'],
    message['reasoning_content'],
    message['reasoning'],
    message['refusal'],
    ...calls,
  ].reduce<number>((sum, text) => sum + wordsOf(text), 0);
};
