import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import type { Api } from './api.ts';
import { chatCompletions } from './chat-completions.ts';
import { type Conversation, conversationOf, type ModelRequest } from './conversation.ts';
import { messages } from './messages.ts';
import { responses } from './responses.ts';
import type { Billed, Script, Turn } from './turn.ts';

/** One request as the provider would have seen it. `key` is what it would have billed; `at` in milliseconds since 1970. */
export type Seen = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly conversation?: Conversation;
};

export type ModelServer = {
  /** Base URL, as in ANTHROPIC_BASE_URL; `/v1` after it makes OPENAI_BASE_URL. */
  readonly url: string;
  readonly requests: readonly Seen[];
  /** Tokens answered so far: what the provider would bill. Of an answer that broke off, what was sent of it. */
  readonly tokens: Readonly<Required<Billed>>;
  close(): Promise<void>;
};

const APIS: Readonly<Record<string, Api>> = {
  '/v1/messages': messages,
  '/v1/responses': responses,
  '/v1/chat/completions': chatCompletions,
};

const NOTHING: Required<Billed> = { input: 1_000, output: 100, cacheRead: 0, cacheWrite: 0 };

/** A provider of models on this machine: Anthropic Messages, OpenAI Responses and Chat Completions, by a script. */
export async function startModelServer(options: {
  readonly script: Script;
  readonly port?: number;
}): Promise<ModelServer> {
  const requests: Seen[] = [];
  let tokens: Required<Billed> = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const bill = (billed: Required<Billed>): void => {
    tokens = {
      input: tokens.input + billed.input,
      output: tokens.output + billed.output,
      cacheRead: tokens.cacheRead + billed.cacheRead,
      cacheWrite: tokens.cacheWrite + billed.cacheWrite,
    };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now();
    const body = await text(request);
    const path = new URL(request.url ?? '/', 'http://model').pathname;
    const key = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '');
    const method = request.method ?? '';
    const seen = { at, method, path, key: key === undefined ? undefined : String(key), headers: request.headers };
    const api = method === 'POST' ? APIS[path] : undefined;
    if (method === 'POST' && path === '/v1/messages/count_tokens') {
      requests.push(seen);
      return json(response, 200, { input_tokens: Math.ceil(body.length / 4) });
    }
    if (api === undefined) {
      requests.push(seen);
      return json(response, 404, { type: 'error', error: { type: 'not_found_error', message: path } });
    }
    const asked = JSON.parse(body) as ModelRequest;
    const conversation = conversationOf(asked);
    requests.push({ ...seen, conversation });
    const turn = await options.script(conversation);
    if ('status' in turn) {
      response.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers });
      response.end(turn.body ?? JSON.stringify({ type: 'error', error: { type: 'api_error', message: 'scripted' } }));
      return;
    }
    if (asked.stream === true) await stream(api, turn, asked, response, bill);
    else {
      const billed = { ...NOTHING, ...turn.usage };
      bill(billed);
      json(response, 200, api.whole(turn, billed, conversation.model));
    }
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
    get tokens() {
      return tokens;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Streams a turn. What is billed of the output is what was said of it, when it does not come to its end. */
async function stream(
  api: Api,
  turn: Turn,
  asked: ModelRequest,
  response: ServerResponse,
  bill: (billed: Required<Billed>) => void,
): Promise<void> {
  let letters = 0;
  let over = false;
  function* pieces(): Generator<string> {
    do {
      letters += turn.text?.length ?? 0;
      yield turn.text ?? '';
    } while (turn.endless === true && !over);
  }
  const whole = { ...NOTHING, ...turn.usage };
  const billed = (): Required<Billed> =>
    turn.endless === true || over ? { ...whole, output: Math.ceil(letters / 4) } : whole;
  response.on('close', () => {
    over = true;
  });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  let count = 0;
  for (const each of api.events(turn, billed, asked, pieces())) {
    if (over) break;
    if (count === turn.breaksAfter) {
      // What was written is to arrive before the connection breaks.
      await after(20);
      over = true;
      response.destroy();
      break;
    }
    response.write(each);
    count += 1;
    if (turn.endless === true) await after(1);
  }
  bill(billed());
  response.end();
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
