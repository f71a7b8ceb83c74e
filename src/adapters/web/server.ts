import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { Plan, Spending } from '#core/types.ts';
import { dashboard } from '#core/view/dashboard.ts';
import type { Log } from '#engine/ports.ts';
import { type Answer, plain, send } from './answer.ts';
import { closeServer } from './close.ts';
import { isLocal } from './local.ts';
import { page } from './page.ts';
import { createReadiness } from './readiness.ts';

/** What the web process is made of. `checks` are what `/readyz` asks; `serverUrl` is where links of the dashboard lead. */
export type WebOptions = {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Handles `POST /api/github/webhooks` whole: signature, body, answer. */
  readonly webhook?: RequestListener;
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  /** Metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly plans: () => Promise<readonly Plan[]>;
  /** Rows of the cost ledger, from an instant on. */
  readonly spendings?: (since: string | undefined) => Promise<readonly Spending[]>;
  readonly log: Log;
  readonly serverUrl?: string;
};

export type Web = {
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets requests under way end for at most `graceMs`, then cuts them. */
  close(graceMs?: number): Promise<void>;
};

const ELSEWHERE = 'The dashboard answers only on the machine that it runs on, at http://localhost.';

const WEBHOOKS = '/api/github/webhooks';

/** Starts the HTTP side (spec section 9). Rejects when the address is taken or not ours. */
export const startWeb = async (options: WebOptions): Promise<Web> => {
  const pages = routes(options);
  const server = createServer((request, response) => {
    const path = pathOf(request);
    if (path === WEBHOOKS && request.method === 'POST' && options.webhook !== undefined) {
      options.webhook(request, response);
      return;
    }
    answer(pages, path, request).then(
      (found) => send(request, response, found),
      (cause: unknown) => {
        options.log.error(
          { path, cause: cause instanceof Error ? cause.message : String(cause) },
          'a page could not be made',
        );
        send(request, response, plain(500, 'Something went wrong; the log says what.'));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, port, close: (graceMs = 5_000) => closeServer(server, graceMs) };
};

type Page = (request: IncomingMessage) => Promise<Answer>;

const routes = (options: WebOptions): Readonly<Record<string, Page>> => {
  const readiness = createReadiness(options.checks, options.log);
  return {
    '/healthz': async () => plain(200, 'ok'),
    '/readyz': async () => {
      const found = await readiness();
      return { status: found.ready ? 200 : 503, type: 'application/json', body: `${JSON.stringify(found)}\n` };
    },
    '/metrics': async () => ({ status: 200, type: 'text/plain; version=0.0.4', body: await options.metrics() }),
    '/costs.json': async (request) => {
      if (!isLocal(request)) return plain(403, ELSEWHERE);
      const since = new URL(request.url ?? '/', 'http://localhost').searchParams.get('since') ?? undefined;
      if (since !== undefined && Number.isNaN(Date.parse(since))) return plain(400, 'since is no instant.');
      const rows = (await options.spendings?.(since)) ?? [];
      return { status: 200, type: 'application/json', body: `${JSON.stringify({ rows })}\n` };
    },
    '/': async (request) => {
      if (!isLocal(request)) return plain(403, ELSEWHERE);
      const body = page(dashboard(await options.plans()), options.serverUrl ?? 'https://github.com');
      return { status: 200, type: 'text/html', body };
    },
  };
};

const answer = async (
  pages: Readonly<Record<string, Page>>,
  path: string,
  request: IncomingMessage,
): Promise<Answer> => {
  const found = pages[path];
  if (path === WEBHOOKS) return plain(request.method === 'POST' ? 503 : 405, 'Webhooks are not taken here.', 'POST');
  if (found === undefined) return plain(404, 'There is nothing here.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'This can only be read.', 'GET, HEAD');
  return found(request);
};

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';
