import { randomUUID } from 'node:crypto';
import type { Conversation } from './conversation.ts';
import { type Turn, USAGE } from './turn.ts';

type Block = { readonly type?: string; readonly text?: string };
type Entry = {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly Block[];
  readonly output?: unknown;
};

/** The fields of a request of the OpenAI Responses API that the server looks at. */
export type ResponsesRequest = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly instructions?: string;
  readonly input?: string | readonly Entry[];
  readonly tools?: readonly { readonly type?: string; readonly name?: string }[];
};

/** Reads a conversation out of a request of the Responses API. */
export function conversationOfResponses(request: ResponsesRequest): Conversation {
  const entries: readonly Entry[] =
    typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : (request.input ?? []);
  const said = entries.map((entry) => `${textOf(entry.content)}${textOfOutput(entry.output)}`).join('\n');
  const issue = /\bissue #(\d+)/.exec(entries.map((entry) => textOf(entry.content)).join('\n'))?.[1];
  return {
    issue: issue === undefined ? undefined : Number(issue),
    turn: entries.filter((entry, at) => isOfModel(entry) && !isOfModel(entries[at - 1])).length,
    folder: [...said.matchAll(/<cwd>(\/[^<]*)<\/cwd>/g)].at(-1)?.[1],
    model: request.model ?? 'unknown',
    tools: (request.tools ?? []).map((tool) => tool.name ?? tool.type ?? ''),
    text: `${request.instructions ?? ''}\n${said}`,
  };
}

const isOfModel = (entry: Entry | undefined): boolean =>
  entry?.role === 'assistant' || entry?.type === 'function_call' || entry?.type === 'reasoning';

const textOf = (content: Entry['content']): string =>
  typeof content === 'string' ? content : (content ?? []).map((block) => block.text ?? '').join('\n');

const textOfOutput = (output: unknown): string => (output === undefined ? '' : JSON.stringify(output));

type Item = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/** A response of the API in one piece. */
export type ResponseBody = Readonly<Record<string, unknown>> & { readonly output: readonly Item[] };

/** A turn as the API says it: words first, then calls of functions. Tools of Claude Code's names become shell commands. */
export function responseOf(turn: Turn, model: string): ResponseBody {
  const { input, output } = turn.usage ?? USAGE;
  const words: Item[] =
    turn.text === undefined
      ? []
      : [
          {
            type: 'message',
            id: id('msg'),
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: turn.text, annotations: [] }],
          },
        ];
  const calls = (turn.tools ?? []).map((tool): Item => {
    const { name, args } = asShell(tool);
    return {
      type: 'function_call',
      id: id('fc'),
      call_id: id('call'),
      name,
      arguments: JSON.stringify(args),
      status: 'completed',
    };
  });
  return {
    id: id('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1_000),
    status: 'completed',
    model,
    output: [...words, ...calls],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

/** The same response as the API streams it: one text per server-sent event. */
export function* responseEvents(response: ResponseBody): Generator<string> {
  yield event('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } });
  for (const [output_index, item] of response.output.entries()) {
    yield event('response.output_item.added', { output_index, item: { ...item, status: 'in_progress' } });
    const [block] = Array.isArray(item['content']) ? (item['content'] as readonly Block[]) : [];
    if (block?.text !== undefined)
      yield event('response.output_text.delta', {
        item_id: item.id,
        output_index,
        content_index: 0,
        delta: block.text,
      });
    yield event('response.output_item.done', { output_index, item });
  }
  yield event('response.completed', { response });
}

/** Codex has a shell and nothing else: what a script says in Claude Code's words is said in those of a shell. */
function asShell(tool: NonNullable<Turn['tools']>[number]): {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
} {
  const { name, input } = tool;
  if (name === 'Bash') return { name: 'exec_command', args: { cmd: input['command'] } };
  if (name !== 'Write') return { name, args: input };
  const path = quoted(String(input['file_path']));
  const content = Buffer.from(String(input['content'])).toString('base64');
  return {
    name: 'exec_command',
    args: { cmd: `mkdir -p "$(dirname ${path})" && printf %s ${content} | base64 -d > ${path}` },
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const id = (kind: string): string => `${kind}_${randomUUID().replaceAll('-', '')}`;

const event = (type: string, data: Readonly<Record<string, unknown>>): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
