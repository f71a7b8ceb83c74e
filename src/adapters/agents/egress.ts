import { lookup } from 'node:dns/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Log } from '#engine/ports.ts';
import { fewLines } from './few-lines.ts';
import { isPublic } from './public-address.ts';
import type { Route } from './relay.ts';

/** A way out of the sandbox to some hosts. */
export type Egress = { readonly route: Route; close(): void };

/** Every spelling in which programs look for a proxy. */
const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** As many as a package manager opens, and some more. */
const MOST_CONNECTIONS = 200;

/** Headers that belong to one connection, and are not for whoever stands behind the proxy. */
const OF_CONNECTION = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

type AddressOf = (host: string, port: string) => Promise<string | undefined>;

/**
 * Opens a proxy on a socket in `folder` that reaches exactly the listed `host:port`s; what else is asked for is refused and
 * logged. Names are looked up here, once, and the address that was checked is the one connected to.
 */
export async function openEgress(options: {
  readonly folder: string;
  readonly allowed: readonly string[];
  readonly log: Log;
}): Promise<Egress> {
  const socket = join(options.folder, 'egress.sock');
  const log = fewLines(options.log);
  const addressOf = addressesFrom(options.allowed, log);
  const tunnels = new Set<Socket>();

  const server = createServer((request, response) => {
    forward(request, response, addressOf, log).catch(() => answer(response, 502));
  });
  server.on('connect', (request: IncomingMessage, inside: Socket, head: Buffer) => {
    tunnels.add(inside);
    inside.on('error', () => {}).on('close', () => tunnels.delete(inside));
    tunnel(request, inside, head, addressOf).catch(() => inside.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  // Descriptors of the worker are not the agent's to fill.
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    route: { socket, variables: VARIABLES },
    close: () => {
      server.close();
      server.closeAllConnections();
      for (const inside of tunnels) inside.destroy();
    },
  };
}

/** The address to connect to for a host that is listed; undefined, and a line of log, for every other. */
function addressesFrom(listed: readonly string[], log: Pick<Log, 'warn'>): AddressOf {
  const allowed = new Set(listed.map((entry) => entry.toLowerCase()));
  return async (host, port) => {
    const name = host.replace(/^\[|\]$/g, '').toLowerCase();
    if (!allowed.has(`${host.toLowerCase()}:${port}`)) {
      log.warn(
        { host: name.slice(0, 200), port: port.slice(0, 20) },
        'A host that the operator does not list was asked for, and refused.',
      );
      return undefined;
    }
    // An address, or this machine's own name, that the operator wrote is what the operator meant.
    if (isIP(name) !== 0) return name;
    const { address } = await lookup(name, { order: 'ipv4first' });
    const written = address.includes(':') ? `[${address}]` : address;
    if (name === 'localhost' || isPublic(address) || allowed.has(`${written}:${port}`)) return address;
    log.warn(
      { host: name, address },
      `A listed host leads to this machine, its network or its metadata, and was refused; if that is meant, list ${written}:${port} too.`,
    );
    return undefined;
  };
}

/** HTTPS, and whatever else is spoken through CONNECT. */
async function tunnel(request: IncomingMessage, inside: Socket, head: Buffer, addressOf: AddressOf): Promise<void> {
  const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? ['', request.url];
  const address = await addressOf(host, port);
  if (address === undefined) {
    inside.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  const outside = connect(Number(port), address, () => {
    inside.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    outside.write(head);
    inside.pipe(outside).pipe(inside);
  });
  outside.on('error', () => inside.destroy()).on('close', () => inside.destroy());
  inside.on('close', () => outside.destroy());
}

/** Plain HTTP: the request names the whole address. */
async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  addressOf: AddressOf,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  const target = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
  if (target?.protocol !== 'http:') {
    log.warn(
      { url: request.url?.slice(0, 200) },
      'The egress proxy was asked for what is no address of HTTP, and refused.',
    );
    return answer(response, 400);
  }
  const port = target.port || '80';
  const address = await addressOf(target.hostname, port);
  if (address === undefined) return answer(response, 403);
  const headers = { ...passed(request.headers), host: target.host };
  const path = `${target.pathname}${target.search}`;
  const outside = httpRequest({ host: address, port, method: request.method, path, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, passed(answered.headers));
    answered.on('error', () => response.destroy());
    answered.pipe(response);
  });
  outside.on('error', () => answer(response, 502));
  response.on('close', () => outside.destroy());
  request.pipe(outside);
}

const passed = (headers: IncomingMessage['headers']): IncomingMessage['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_CONNECTION.includes(name)));

function answer(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status).end();
}
