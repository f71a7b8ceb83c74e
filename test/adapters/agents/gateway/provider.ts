import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Gateway, openGateway } from '#adapters/agents/gateway/gateway.ts';
import type { Budgets } from '#core/spend/budgets.ts';
import type { FleetPause, Spending } from '#core/types.ts';
import { type memoryLedger, memoryPurse } from '../../../services/ledger.ts';
import { listening } from '../../../services/log.ts';

export const KEY = 'sk-operator-0123456789';
const closing: (() => unknown)[] = [];

/** Closes what the test opened; for `afterEach`. */
export const closeAll = async (): Promise<void> => {
  for (const close of closing.splice(0).reverse()) await close();
};

/** A request as the provider saw it. */
export type Arrived = {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type Between = {
  readonly gateway: Gateway;
  readonly arrived: readonly Arrived[];
  readonly rows: readonly Spending[];
  readonly pause: () => FleetPause | undefined;
  readonly signs: () => number;
  readonly said: readonly string[];
  readonly facts: readonly Record<string, unknown>[];
};

/** A provider that answers as told, and a gateway before it that serves both APIs. */
export async function between(
  answer: (arrived: Arrived, response: ServerResponse) => unknown,
  options: {
    readonly path?: string;
    readonly budgets?: Partial<Budgets>;
    readonly minutes?: number;
    readonly ledger?: ReturnType<typeof memoryLedger>;
    /** The item that it works for. */
    readonly item?: number;
  } = {},
): Promise<Between> {
  const arrived: Arrived[] = [];
  const server = createServer(async (incoming, response) => {
    const { method, url, headers } = incoming;
    const one = { method, url, headers, body: await text(incoming) };
    arrived.push(one);
    await answer(one, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${options.path ?? ''}`,
    key: KEY,
  };
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-gateway-'));
  const { purse, rows, pause } = memoryPurse(options.budgets, options.ledger, { item: options.item ?? 3 });
  const log = listening();
  let signs = 0;
  const gateway = await openGateway({
    folder,
    upstreams: { anthropic: upstream, openai: upstream },
    purse,
    minutes: options.minutes ?? 1,
    alive: () => {
      signs += 1;
    },
    log,
  });
  closing.push(() => {
    gateway.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { gateway, arrived, rows, pause, signs: () => signs, said: log.said, facts: log.facts };
}

export type Asked = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
};

/** Asks as an agent does, by way of the socket. A header that is `undefined` is not sent. */
export function ask(
  gateway: Gateway,
  { method = 'POST', path = '/v1/messages', headers = {}, body }: Asked = {},
): Promise<IncomingMessage> {
  const all = Object.entries({ 'x-api-key': gateway.token, ...headers }).filter(([, value]) => value !== undefined);
  const said = body ?? (method === 'POST' ? '{"model":"claude-sonnet-4-5"}' : undefined);
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: gateway.socket, method, path, headers: Object.fromEntries(all) }, resolve);
    asked.on('error', reject).end(said);
  });
}
