import { timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as plainRequest,
  type ServerResponse,
} from 'node:http';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import type { Log } from '#engine/ports.ts';

/** Where models are, and the key that opens them; the key never leaves the worker's own process. */
export type Upstream = { readonly url: string; readonly key: string };

/** One attempt's way to the model. */
export type Gateway = { readonly socket: string; close(): void };

/** The requests that an agent may make; everything else of the provider's API is closed to it. */
const ALLOWED = new Set(['POST /v1/messages', 'POST /v1/messages/count_tokens']);

/** Headers that pass. Credentials, cookies and hop-by-hop headers do not; neither does accept-encoding, so that answers stay readable. */
const PASSED_UP = [
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'content-length',
  'content-type',
  'transfer-encoding',
  'user-agent',
];
const PASSED_DOWN = ['content-length', 'content-type', 'request-id', 'retry-after'];

/**
 * Opens the only way out of the sandbox: an HTTP server on a socket in `folder` that passes allowed requests on to the
 * provider, with the operator's key in the place of the agent's `token`. `alive` is called for everything that passes.
 */
export async function openGateway(options: {
  readonly folder: string;
  readonly upstream: Upstream;
  /** What the agent holds instead of a key: good for this attempt only. */
  readonly token: string;
  readonly alive: () => void;
  readonly log: Log;
}): Promise<Gateway> {
  const { upstream, token, alive, log } = options;
  const socket = join(options.folder, 'model.sock');

  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (!holds(request, token))
      return refuse(response, 401, 'authentication_error', 'This gateway serves one agent only.');
    if (!ALLOWED.has(`${request.method} ${path}`)) {
      log.warn(
        { method: request.method, path: path.slice(0, 200) },
        'The model gateway refused a request of an agent.',
      );
      return refuse(response, 404, 'not_found_error', `The model gateway does not pass on ${request.method} ${path}.`);
    }
    alive();
    pass(request, response);
  });

  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    const target = new URL(`${upstream.url.replace(/\/+$/, '')}${request.url}`);
    const send = target.protocol === 'https:' ? secureRequest : plainRequest;
    const up = send(target, {
      method: 'POST',
      headers: { ...picked(request.headers, PASSED_UP), 'x-api-key': upstream.key },
    });
    up.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, picked(answer.headers, PASSED_DOWN));
      answer.on('data', alive);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    up.on('error', (error) => {
      log.warn({ host: target.host, error: error.message }, 'The model provider could not be reached.');
      if (response.headersSent) response.destroy();
      else refuse(response, 502, 'api_error', 'The model provider could not be reached.');
    });
    // An agent that hangs up ends what it asked for, and what that costs.
    response.on('close', () => up.destroy());
    request.pipe(up);
  };

  // A model may think for longer than the default limits of a server.
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    socket,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function holds(request: IncomingMessage, token: string): boolean {
  const shown = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const given = Buffer.from(String(shown));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function picked(headers: IncomingMessage['headers'], names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(names.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]));
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
}
