/** What a script is told of a request: enough to decide the next turn, nothing of the agent's internals. */
export type Conversation = {
  /** The item, from the words `issue #n` that every prompt begins with. */
  readonly issue: number | undefined;
  /** How many turns the model had already: 0 for the first answer. */
  readonly turn: number;
  /** The folder in which the agent works, as its system prompt says. */
  readonly folder: string | undefined;
  readonly model: string;
  /** Names of the tools on offer; side questions (titles, summaries) offer none. */
  readonly tools: readonly string[];
  /** Everything that was said to the model, system prompt included. */
  readonly text: string;
};

type Values = Readonly<Record<string, unknown>>;

/** The fields of a request that the server looks at, in all of the APIs that it speaks. */
export type ModelRequest = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  /** Anthropic Messages. */
  readonly system?: unknown;
  readonly messages?: readonly Values[];
  /** OpenAI Responses. */
  readonly instructions?: string;
  readonly input?: string | readonly Values[];
  readonly tools?: readonly Values[];
};

/** Reads a conversation out of a request of any of the APIs. */
export function conversationOf(request: ModelRequest): Conversation {
  const items = typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : (request.input ?? []);
  const messages = [...(request.messages ?? []), ...items];
  const said = messages.map((message) => textOf(message['content'] ?? message['output'])).join('\n');
  const everything = [textOf(request.system), request.instructions ?? '', said].join('\n');
  const issue = /\bissue #(\d+)/.exec(said)?.[1];
  return {
    issue: issue === undefined ? undefined : Number(issue),
    turn: turnsOf(messages),
    folder: (/working directory: *(\/\S*)/i.exec(everything) ??
      [...everything.matchAll(/<cwd>(\/[^<]*)<\/cwd>/g)].at(-1))?.[1],
    model: request.model ?? 'unknown',
    tools: (request.tools ?? []).map(toolName),
    text: everything,
  };
}

const MODEL_ITEMS = ['function_call', 'custom_tool_call', 'reasoning'];

/** A turn of the model is what it says without a break: several items of the Responses API, one message of the others. */
function turnsOf(messages: readonly Values[]): number {
  const ofModel = messages.map(({ role, type }) => role === 'assistant' || MODEL_ITEMS.includes(String(type)));
  return ofModel.filter((is, index) => is && !(ofModel[index - 1] ?? false)).length;
}

function toolName(tool: Values): string {
  const { name } = (tool['function'] as Values | undefined) ?? tool;
  return String(name ?? tool['type']);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as readonly Values[]).map(({ text }) => (typeof text === 'string' ? text : '')).join('\n');
}
