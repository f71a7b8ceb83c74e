import { randomUUID } from 'node:crypto';
import type { Api } from './api.ts';
import type { Billed, Turn } from './turn.ts';

const calls = (turn: Turn) =>
  (turn.tools ?? []).map((tool, index) => ({
    index,
    id: `call_${randomUUID().replaceAll('-', '')}`,
    type: 'function',
    function: { name: tool.name, arguments: JSON.stringify(tool.input) },
  }));

const usageOf = (billed: Required<Billed>) => ({
  prompt_tokens: billed.input + billed.cacheRead + billed.cacheWrite,
  prompt_tokens_details: { cached_tokens: billed.cacheRead, cache_write_tokens: billed.cacheWrite },
  completion_tokens: billed.output,
  total_tokens: billed.input + billed.cacheRead + billed.cacheWrite + billed.output,
});

const finish = (turn: Turn): string => ((turn.tools ?? []).length > 0 ? 'tool_calls' : 'stop');

/** Chat Completions of OpenAI: usage is streamed only to those who ask for it. */
export const chatCompletions: Api = {
  whole: (turn, billed, model) => ({
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: turn.text ?? null, ...(turn.tools ? { tool_calls: calls(turn) } : {}) },
        finish_reason: finish(turn),
      },
    ],
    usage: usageOf(billed),
  }),
  *events(turn, billed, request, pieces) {
    const id = `chatcmpl-${randomUUID()}`;
    const part = (choices: readonly unknown[], more: object = {}): string =>
      `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', model: request.model, choices, ...more })}\n\n`;
    const choice = (delta: object, finish_reason: string | null = null) => [{ index: 0, delta, finish_reason }];
    yield part(choice({ role: 'assistant', content: '' }));
    for (const content of turn.text === undefined ? [] : pieces) yield part(choice({ content }));
    if (turn.tools !== undefined) yield part(choice({ tool_calls: calls(turn) }));
    yield part(choice({}, finish(turn)));
    if (request.stream_options?.include_usage === true) yield part([], { usage: usageOf(billed()) });
    yield 'data: [DONE]\n\n';
  },
};
