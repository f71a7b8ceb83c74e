import type { Tokens } from '#core/types.ts';
import type { Dialect, Meter } from './dialect.ts';
import { messagesLength } from './limit.ts';
import { anthropicReach } from './reach.ts';
import { tokensIn } from './reckon.ts';
import { countOf, listOf, objectOf, wordsOf } from './values.ts';

/** The Messages API of Anthropic. Usage comes with `message_start` and grows with `message_delta`, each telling the sum so far. */
export const anthropicMessages: Dialect = {
  provider: 'anthropic',
  prepare: anthropicReach,
  length: messagesLength,
  meter,
};

function meter(asked: Tokens): Meter {
  let tokens: Partial<Tokens> | undefined;
  let written = 0;
  let final = false;
  let overloaded = false;

  const hear = (usage: unknown): void => {
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = objectOf(usage);
    const told = {
      input: countOf(input_tokens),
      output: countOf(output_tokens),
      cacheRead: countOf(cache_read_input_tokens),
      cacheWrite: countOf(cache_creation_input_tokens),
    };
    for (const [sort, count] of Object.entries(told)) if (count !== undefined) tokens = { ...tokens, [sort]: count };
  };

  return {
    take: (value) => {
      const event = objectOf(value);
      switch (event['type']) {
        case 'message':
          hear(event['usage']);
          final = true;
          written += listOf(event['content']).reduce<number>((sum, block) => sum + blockWords(block), 0);
          return { end: true };
        case 'message_start':
          hear(objectOf(event['message'])['usage']);
          return { end: false };
        case 'content_block_start':
          written += blockWords(event['content_block']);
          final = false;
          return { end: false };
        case 'content_block_delta': {
          const { text, partial_json, thinking } = objectOf(event['delta']);
          written += wordsOf(text) + wordsOf(partial_json) + wordsOf(thinking);
          // Usage may be told more than once; what is written afterwards is not in it.
          final = false;
          return { end: false };
        }
        case 'message_delta':
          hear(event['usage']);
          final = countOf(objectOf(event['usage'])['output_tokens']) !== undefined;
          return { end: false };
        case 'error': {
          const kind = objectOf(event['error'])['type'];
          overloaded = kind === 'overloaded_error' || kind === 'rate_limit_error';
          return { end: true };
        }
        default:
          return { end: event['type'] === 'message_stop' };
      }
    },
    tokens: () => {
      const output = final ? (tokens?.output ?? 0) : Math.max(tokens?.output ?? 0, tokensIn(written));
      if (tokens?.input === undefined) return { ...asked, ...tokens, output };
      return { input: tokens.input, output, cacheRead: tokens.cacheRead ?? 0, cacheWrite: tokens.cacheWrite ?? 0 };
    },
    told: () => final && tokens?.input !== undefined && tokens.output !== undefined,
    overloaded: () => overloaded,
  };
}

const blockWords = (block: unknown): number => {
  const { text, thinking, input } = objectOf(block);
  return wordsOf(text) + wordsOf(thinking) + (input === undefined ? 0 : wordsOf(JSON.stringify(input)));
};
