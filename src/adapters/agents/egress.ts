import { lookup } from 'node:dns/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Log } from '#engine/ports.ts';
import type { Route } from './relay.ts';

/** A way out of the sandbox to some hosts. */
export type Egress = { readonly route: Route; close(): void };

/** Every spelling in which programs look for a proxy. */
const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** Addresses of the machine itself and of its cloud's metadata: a listed name that leads there is a trap. */
const OWN = new BlockList();
OWN.addSubnet('0.0.0.0', 8);
OWN.addSubnet('127.0.0.0', 8);
OWN.addSubnet('169.254.0.0', 16);
OWN.addAddress('::', 'ipv6');
OWN.addAddress('::1', 'ipv6');
OWN.addSubnet('fe80::', 10, 'ipv6');
OWN.addAddress('fd00:ec2::254', 'ipv6');

/**
 * Opens a proxy on a socket in `folder` that reaches exactly the listed `host:port`s; what else is asked for is refused and
 * logged. Names are looked up here, once, and the address found is the one connected to.
 */
export async function openEgress(options: {
  readonly folder: string;
  readonly allowed: readonly string[];
  readonly log: Log;
}): Promise<Egress> {
  const allowed = new Set(options.allowed.map((entry) => entry.toLowerCase()));
  const socket = join(options.folder, 'egress.sock');

  const addressOf = async (host: string, port: string): Promise<string | undefined> => {
    const name = host.replace(/^\[|\]$/g, '').toLowerCase();
    if (!allowed.has(`${host.toLowerCase()}:${port}`)) {
      options.log.warn(
        { host: name.slice(0, 200), port },
        'A host that the operator does not list was asked for, and refused.',
      );
      return undefined;
    }
    // An address, or this machine's own name, that the operator wrote is what the operator meant.
    if (isIP(name) !== 0) return name;
    const { address, family } = await lookup(name, { order: 'ipv4first' });
    if (name === 'localhost' || !OWN.check(address, family === 6 ? 'ipv6' : 'ipv4')) return address;
    options.log.warn({ host: name, address }, 'A listed host leads to this machine or its metadata, and was refused.');
    return undefined;
  };

  const server = createServer((request, response) => {
    forward(request, response, addressOf).catch(() => answer(response, 502));
  });
  server.on('connect', (request: IncomingMessage, inside: Socket) => {
    inside.on('error', () => {});
    tunnel(request, inside, addressOf).catch(() => inside.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    route: { socket, variables: VARIABLES },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type AddressOf = (host: string, port: string) => Promise<string | undefined>;

/** HTTPS, and whatever else is spoken through CONNECT. */
async function tunnel(request: IncomingMessage, inside: Socket, addressOf: AddressOf): Promise<void> {
  const [, host, port] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? [];
  const address = host === undefined || port === undefined ? undefined : await addressOf(host, port);
  if (address === undefined) {
    inside.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  const outside = connect(Number(port), address, () => {
    inside.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inside.pipe(outside).pipe(inside);
  });
  outside.on('error', () => inside.destroy()).on('close', () => inside.destroy());
  inside.on('close', () => outside.destroy());
}

/** Plain HTTP: the request names the whole address. */
async function forward(request: IncomingMessage, response: ServerResponse, addressOf: AddressOf): Promise<void> {
  const target = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
  if (target?.protocol !== 'http:') return answer(response, 400);
  const port = target.port || '80';
  const address = await addressOf(target.hostname, port);
  if (address === undefined) return answer(response, 403);
  const headers = { ...request.headers, host: target.host };
  const path = `${target.pathname}${target.search}`;
  const outside = httpRequest({ host: address, port, method: request.method, path, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.on('error', () => response.destroy());
    answered.pipe(response);
  });
  outside.on('error', () => answer(response, 502));
  response.on('close', () => outside.destroy());
  request.pipe(outside);
}

function answer(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status).end();
}
