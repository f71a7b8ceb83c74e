import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Conversation, conversationOf, type MessagesRequest } from './conversation.ts';
import { eventsOf, messageOf } from './message.ts';
import { conversationOfResponses, type ResponsesRequest, responseEvents, responseOf } from './responses.ts';
import { type Script, type Turn, USAGE } from './turn.ts';

/** One request as the provider would have seen it. `key` is what it would have billed. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly conversation?: Conversation;
};

export type ModelServer = {
  /** Base URL, as in ANTHROPIC_BASE_URL. */
  readonly url: string;
  readonly requests: readonly Seen[];
  /** Tokens answered so far: what the provider would bill. */
  readonly tokens: { input: number; output: number };
  close(): Promise<void>;
};

/** How one API reads requests, and says a turn whole and in events. */
type Dialect = {
  read(asked: object): Conversation;
  answer(turn: Turn, model: string): { readonly whole: unknown; readonly events: Iterable<string> };
};

const DIALECTS: Readonly<Record<string, Dialect>> = {
  '/v1/messages': {
    read: (asked) => conversationOf(asked as MessagesRequest),
    answer: (turn, model) => {
      const whole = messageOf(turn, model);
      return { whole, events: eventsOf(whole) };
    },
  },
  '/v1/responses': {
    read: (asked) => conversationOfResponses(asked as ResponsesRequest),
    answer: (turn, model) => {
      const whole = responseOf(turn, model);
      return { whole, events: responseEvents(whole) };
    },
  },
};

/** A model provider on this machine, Anthropic's Messages and OpenAI's Responses, streamed and not, that answers by a script. */
export async function startModelServer(options: {
  readonly script: Script;
  readonly port?: number;
}): Promise<ModelServer> {
  const requests: Seen[] = [];
  const tokens = { input: 0, output: 0 };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const path = new URL(request.url ?? '/', 'http://model').pathname;
    const key = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '');
    const seen = {
      method: request.method ?? '',
      path,
      key: key === undefined ? undefined : String(key),
      headers: request.headers,
    };
    if (request.method === 'POST' && path === '/v1/messages/count_tokens') {
      requests.push(seen);
      json(response, 200, { input_tokens: Math.ceil(body.length / 4) });
      return;
    }
    const dialect = request.method === 'POST' ? DIALECTS[path] : undefined;
    if (dialect === undefined) {
      requests.push(seen);
      json(response, 404, { type: 'error', error: { type: 'not_found_error', message: path } });
      return;
    }
    const asked = JSON.parse(body) as { readonly stream?: boolean };
    const conversation = dialect.read(asked);
    requests.push({ ...seen, conversation });
    const turn = await options.script(conversation);
    if ('status' in turn) {
      response.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers });
      response.end(turn.body ?? JSON.stringify({ type: 'error', error: { type: 'api_error', message: 'scripted' } }));
      return;
    }
    const answered = dialect.answer(turn, conversation.model);
    tokens.input += turn.usage?.input ?? USAGE.input;
    tokens.output += turn.usage?.output ?? USAGE.output;
    if (asked.stream !== true) {
      json(response, 200, answered.whole);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (const each of answered.events) response.write(each);
    response.end();
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      json(response, 500, { type: 'error', error: { message: String(error) } }),
    );
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    tokens,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
