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

type Block = { readonly type?: string; readonly text?: string };
type Message = { readonly role?: string; readonly content?: string | readonly Block[] };

/** The fields of a Messages request that the server looks at. */
export type MessagesRequest = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly system?: string | readonly Block[];
  readonly messages?: readonly Message[];
  readonly tools?: readonly { readonly name?: string }[];
};

/** Reads a conversation out of a request of the Anthropic Messages API. */
export function conversationOf(request: MessagesRequest): Conversation {
  const messages = request.messages ?? [];
  const said = messages.map((message) => textOf(message.content)).join('\n');
  const everything = `${textOf(request.system)}\n${said}`;
  const issue = /\bissue #(\d+)/.exec(said)?.[1];
  return {
    issue: issue === undefined ? undefined : Number(issue),
    turn: messages.filter((message) => message.role === 'assistant').length,
    folder: /working directory: *(\/\S*)/i.exec(everything)?.[1],
    model: request.model ?? 'unknown',
    tools: (request.tools ?? []).map((tool) => tool.name ?? ''),
    text: everything,
  };
}

function textOf(content: string | readonly Block[] | undefined): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  return content.map((block) => block.text ?? '').join('\n');
}
