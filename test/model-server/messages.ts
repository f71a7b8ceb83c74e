import { randomUUID } from 'node:crypto';
import { type Api, event } from './api.ts';
import type { Billed, Turn } from './turn.ts';

const name = (kind: string): string => `${kind}_${randomUUID().replaceAll('-', '')}`;

const toolsOf = (turn: Turn) =>
  (turn.tools ?? []).map((tool) => ({ type: 'tool_use', id: name('toolu'), name: tool.name, input: tool.input }));

const usageOf = (billed: Required<Billed>) => ({
  input_tokens: billed.input,
  output_tokens: billed.output,
  cache_read_input_tokens: billed.cacheRead,
  cache_creation_input_tokens: billed.cacheWrite,
});

const stopOf = (turn: Turn): string => ((turn.tools ?? []).length > 0 ? 'tool_use' : 'end_turn');

/** The Messages API of Anthropic. */
export const messages: Api = {
  whole: (turn, billed, model) => ({
    id: name('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content: [...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text }]), ...toolsOf(turn)],
    stop_reason: stopOf(turn),
    stop_sequence: null,
    usage: usageOf(billed),
  }),
  *events(turn, billed, request, pieces) {
    const message = { id: name('msg'), type: 'message', role: 'assistant', model: request.model, content: [] };
    const start = {
      ...message,
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usageOf(billed()), output_tokens: 1 },
    };
    yield event('message_start', { message: start });
    let index = 0;
    if (turn.text !== undefined) {
      yield event('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (const text of pieces) yield event('content_block_delta', { index, delta: { type: 'text_delta', text } });
      yield event('content_block_stop', { index });
      index += 1;
    }
    for (const tool of toolsOf(turn)) {
      yield event('content_block_start', { index, content_block: { ...tool, input: {} } });
      const delta = { type: 'input_json_delta', partial_json: JSON.stringify(tool.input) };
      yield event('content_block_delta', { index, delta });
      yield event('content_block_stop', { index });
      index += 1;
    }
    const delta = { stop_reason: stopOf(turn), stop_sequence: null };
    yield event('message_delta', { delta, usage: { output_tokens: billed().output } });
    yield event('message_stop', {});
  },
};
