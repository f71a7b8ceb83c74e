import { randomUUID } from 'node:crypto';
import { type Api, event } from './api.ts';
import type { Billed, Turn } from './turn.ts';

const name = (kind: string): string => `${kind}_${randomUUID().replaceAll('-', '')}`;

const said = (text: string) => ({
  id: name('msg'),
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});

const calls = (turn: Turn) =>
  (turn.tools ?? []).map((tool) => ({
    id: name('fc'),
    type: 'function_call',
    status: 'completed',
    call_id: name('call'),
    ...asShell(tool),
  }));

/** Codex has a shell and nothing else: what a script says in Claude Code's words is said in those of a shell. */
const asShell = ({ name: tool, input }: NonNullable<Turn['tools']>[number]) => {
  const call = (cmd: unknown) => ({ name: 'exec_command', arguments: JSON.stringify({ cmd }) });
  if (tool === 'Bash') return call(input['command']);
  if (tool !== 'Write') return { name: tool, arguments: JSON.stringify(input) };
  const path = `'${String(input['file_path']).replaceAll("'", "'\\''")}'`;
  const content = Buffer.from(String(input['content'])).toString('base64');
  return call(`mkdir -p "$(dirname ${path})" && printf %s ${content} | base64 -d > ${path}`);
};

const response = (model: string | undefined, output: readonly unknown[], billed: Required<Billed>) => ({
  id: name('resp'),
  object: 'response',
  created_at: 0,
  status: 'completed',
  model,
  output,
  // Those that were cached are among the input tokens here.
  usage: {
    input_tokens: billed.input + billed.cacheRead + billed.cacheWrite,
    input_tokens_details: { cached_tokens: billed.cacheRead, cache_write_tokens: billed.cacheWrite },
    output_tokens: billed.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: billed.input + billed.cacheRead + billed.cacheWrite + billed.output,
  },
});

/** The Responses API of OpenAI. */
export const responses: Api = {
  whole: (turn, billed, model) =>
    response(model, [...(turn.text === undefined ? [] : [said(turn.text)]), ...calls(turn)], billed),
  *events(turn, billed, request, pieces) {
    const begun = { ...response(request.model, [], billed()), status: 'in_progress', usage: null };
    yield event('response.created', { response: begun });
    const output: unknown[] = [];
    if (turn.text !== undefined) {
      const message = said(turn.text);
      const output_index = output.length;
      yield event('response.output_item.added', {
        output_index,
        item: { ...message, status: 'in_progress', content: [] },
      });
      for (const delta of pieces)
        yield event('response.output_text.delta', { item_id: message.id, output_index, content_index: 0, delta });
      yield event('response.output_item.done', { output_index, item: message });
      output.push(message);
    }
    for (const call of calls(turn)) {
      const output_index = output.length;
      yield event('response.output_item.added', {
        output_index,
        item: { ...call, status: 'in_progress', arguments: '' },
      });
      yield event('response.function_call_arguments.delta', { item_id: call.id, output_index, delta: call.arguments });
      yield event('response.output_item.done', { output_index, item: call });
      output.push(call);
    }
    yield event('response.completed', { response: response(request.model, output, billed()) });
  },
};
