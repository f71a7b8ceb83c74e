import { randomUUID } from 'node:crypto';
import { type Turn, USAGE } from './turn.ts';

type Content =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

/** A message of the Anthropic Messages API. */
export type Message = {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly Content[];
  readonly stop_reason: 'end_turn' | 'tool_use';
  readonly stop_sequence: null;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
};

/** A turn as the API says it in one piece. */
export function messageOf(turn: Turn, model: string): Message {
  const tools = turn.tools ?? [];
  const content: Content[] = [
    ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text } as const]),
    ...tools.map(
      ({ name, input }): Content => ({
        type: 'tool_use',
        id: `toolu_${randomUUID().replaceAll('-', '')}`,
        name,
        input,
      }),
    ),
  ];
  return {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: tools.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: turn.usage?.input ?? USAGE.input, output_tokens: turn.usage?.output ?? USAGE.output },
  };
}

/** The same message as the API streams it: one text per server-sent event. */
export function* eventsOf(message: Message): Generator<string> {
  const { output_tokens, ...input } = message.usage;
  yield event('message_start', {
    message: { ...message, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } },
  });
  for (const [index, block] of message.content.entries()) {
    if (block.type === 'text') {
      yield event('content_block_start', { index, content_block: { type: 'text', text: '' } });
      yield event('content_block_delta', { index, delta: { type: 'text_delta', text: block.text } });
    } else {
      yield event('content_block_start', { index, content_block: { ...block, input: {} } });
      yield event('content_block_delta', {
        index,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
      });
    }
    yield event('content_block_stop', { index });
  }
  yield event('message_delta', {
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: { output_tokens },
  });
  yield event('message_stop', {});
}

function event(type: string, data: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
