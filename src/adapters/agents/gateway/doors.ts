import type { IncomingMessage } from 'node:http';
import { anthropicMessages } from './anthropic.ts';
import { chatCompletions } from './chat-completions.ts';
import type { Dialect } from './dialect.ts';
import { openaiResponses } from './responses.ts';

/** A request that agents may make. `free`: it uses nothing that is paid for. */
export type Door = { readonly dialect: Dialect; readonly path: string; readonly free: boolean };

/** All of a provider's API that is open to agents; the path goes after the provider's base address. */
const DOORS: Readonly<Record<string, Door>> = {
  'POST /v1/messages': { dialect: anthropicMessages, path: '/v1/messages', free: false },
  'POST /v1/messages/count_tokens': { dialect: anthropicMessages, path: '/v1/messages/count_tokens', free: true },
  'POST /v1/responses': { dialect: openaiResponses, path: '/responses', free: false },
  'POST /v1/chat/completions': { dialect: chatCompletions, path: '/chat/completions', free: false },
};

/** This gateway's own names: whoever asks for another host takes it for a proxy, which it is not. */
const HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** A query as the programs of agents write it. */
const QUERY = /^[\w.~%&=+-]{0,500}$/;

/** The door that a request knocks at, with its query; or what is wrong with it. */
export function doorOf(
  request: IncomingMessage,
): { readonly door: Door; readonly query: string } | { readonly closed: string; readonly status: number } {
  const [path = '', query = '', ...more] = (request.url ?? '').split('?');
  if (!HOST.test(request.headers.host ?? '')) return { status: 421, closed: 'names another host' };
  const name = `${request.method} ${path}`;
  const door = Object.hasOwn(DOORS, name) ? DOORS[name] : undefined;
  if (door === undefined || more.length > 0 || !QUERY.test(query)) return { status: 404, closed: 'is not allowed' };
  return { door, query: query === '' ? '' : `?${query}` };
}
