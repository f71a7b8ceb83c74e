import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { AgentOutcome, Log, Purse } from '#engine/ports.ts';
import { fewLines } from '../few-lines.ts';
import { refuse } from './answers.ts';
import { doorOf } from './doors.ts';
import { createExchange } from './exchange.ts';
import type { Upstreams } from './provider.ts';
import { type Verdict, verdictOutcome } from './verdict.ts';

/** One attempt's way to the models. */
export type Gateway = {
  readonly socket: string;
  /** What the agent holds instead of a key: good for this attempt only. */
  readonly token: string;
  /** Aborts when the attempt is to end: a budget is spent, or the provider does not take the operator's key. */
  readonly ended: AbortSignal;
  /** Closes the gateway and says what became of the attempt: the agent's outcome with its cost, or why it was ended. */
  settle(outcome: AgentOutcome): Promise<AgentOutcome>;
  /** For when there is no outcome; after `settle` it does nothing more. */
  close(): void;
};

export type GatewayOptions = {
  /** A private folder for the socket. */
  readonly folder: string;
  readonly upstreams: Upstreams;
  readonly purse: Purse;
  /** Minutes that the attempt may take: a longer pause of the provider ends it. */
  readonly minutes: number;
  /** Called for everything that passes. */
  readonly alive: () => void;
  readonly log: Log;
};

/** What one agent may have open, so that the worker's memory and descriptors are not its to fill. */
const MOST_CONNECTIONS = 100;
const MOST_AT_ONCE = 20;

/** How long what is under way may take to be written to the ledger at the end, milliseconds. */
const LAST_ROWS = 10_000;

/**
 * Opens the only way out of the sandbox: an HTTP server on a socket that passes allowed requests on to the provider, with
 * the operator's key in the place of the agent's token, and counts what they use.
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const socket = join(options.folder, 'model.sock');
  const token = `forkjoin-${randomBytes(24).toString('hex')}`;
  const over = new AbortController();
  const closed = new AbortController();
  let verdict: Verdict | undefined;
  const end = (found: Verdict): void => {
    verdict ??= found;
    over.abort();
  };
  const exchange = createExchange({
    ...options,
    end,
    closed: closed.signal,
    deadline: Date.now() + options.minutes * 60_000,
  });
  const underWay = new Set<Promise<void>>();
  const few = fewLines(options.log);

  const server = createServer((request, response) => {
    if (verdict !== undefined) return refuse(response, 403, 'This attempt is over.');
    const found = doorOf(request);
    if ('closed' in found) return turnAway(request, response, found);
    if (!holds(request, token)) return refuse(response, 401, 'This gateway serves one agent only.');
    if (underWay.size >= MOST_AT_ONCE) return refuse(response, 429, 'Too many requests at once; ask again.');
    const done = exchange(found, request, response).catch((error: unknown) => {
      options.log.error({ error }, 'A request to a model broke off.');
      refuse(response, 502, 'The model gateway could not go on.');
    });
    underWay.add(done);
    void done.finally(() => underWay.delete(done));
  });
  const turnAway = (
    request: IncomingMessage,
    response: ServerResponse,
    { status, closed: why }: { readonly status: number; readonly closed: string },
  ): void => {
    const asked = `${request.method} ${(request.url ?? '').split('?', 1)[0]?.slice(0, 200)}`;
    const host = request.headers.host?.slice(0, 200);
    few.warn({ asked, host, why }, 'The model gateway refused a request of an agent.');
    refuse(response, status, `The model gateway does not pass on ${asked}.`);
  };
  server.on('connect', (request, stream) => {
    few.warn({ asked: `CONNECT ${request.url?.slice(0, 200)}` }, 'The model gateway refused a request of an agent.');
    stream.on('error', () => {});
    stream.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\n\r\n');
  });
  server.on('clientError', (error, stream) => {
    // Errors of reading begin so; the others are connections that went away.
    if ('code' in error && String(error.code).startsWith('HPE_'))
      few.warn({ error: error.message }, 'The model gateway was sent something that is not HTTP, and refused it.');
    if (stream.writable) stream.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else stream.destroy();
  });

  // A model may think for longer than the default limits of a server.
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  const close = (): void => {
    closed.abort();
    server.close();
    server.closeAllConnections();
  };
  return {
    socket,
    token,
    ended: over.signal,
    close,
    settle: async (outcome) => {
      close();
      await Promise.race([Promise.all(underWay), after(LAST_ROWS, undefined, { ref: false })]);
      return verdictOutcome(outcome, verdict, options.purse.total());
    },
  };
}

function holds(request: IncomingMessage, token: string): boolean {
  const shown = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /i, '') ?? '';
  const given = Buffer.from(String(shown));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
