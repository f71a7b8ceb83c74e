import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Log } from '#engine/ports.ts';
import { keepCredentials } from './credentials.ts';
import { assertWritable } from './env-file.ts';
import { manifest, readAppFile } from './manifest.ts';
import { askPage, confirmPage, donePage, problemPage } from './registration-page.ts';
import { WEBHOOK_PATH } from './webhook-path.ts';

export type RegistrationOptions = {
  readonly host: string;
  readonly port: number;
  /** Where people see GitHub, `https://github.com`. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** Where the credentials go, `.env`. */
  readonly envFile: string;
  /** `app.yml`, parsed. */
  readonly manifest: unknown;
  readonly log: Log;
};

export type Registration = {
  /** What the person opens. */
  readonly url: string;
  /** Resolves when the credentials are written and the person has been told; never rejects. */
  readonly registered: Promise<void>;
  close(): Promise<void>;
};

type Reply = { readonly status: number; readonly html: string; readonly finished?: true };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/;
/** GitHub's code for a new app is good for an hour; so is the way there. */
const STATE_MS = 60 * 60_000;

const unguessable = () => randomBytes(24).toString('base64url');

/** The origin under which a browser asked. */
function originOf(request: IncomingMessage): string {
  const protocol = request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  return `${protocol}://${request.headers.host ?? 'localhost'}`;
}

/**
 * Guides a person through registering the app: their answers go to GitHub as a manifest, and the code that GitHub sends
 * back becomes credentials in the environment file. Throws when that file cannot be written, before anything begins.
 *
 * Who may: whoever opens the address with its key. Without the key only a browser on this machine, and only when nobody
 * else can reach the port; a page elsewhere that points its own name at this machine is told apart by the name.
 */
export async function startRegistration(options: RegistrationOptions): Promise<Registration> {
  const app = readAppFile(options.manifest);
  await assertWritable(options.envFile);
  const key = unguessable();
  const states = new Map<string, { readonly until: number; readonly webhook: string }>();
  const done = Promise.withResolvers<void>();

  const mayEnter = (request: IncomingMessage, given: string | null) => {
    const name = new URL(originOf(request)).hostname;
    return given === key || (LOOPBACK.test(options.host) && LOOPBACK.test(name));
  };

  const ask = (request: IncomingMessage, problem?: string): Reply => {
    const { origin, hostname } = new URL(originOf(request));
    const webhook = LOOPBACK.test(hostname) ? '' : `${origin}${WEBHOOK_PATH}`;
    return {
      status: problem === undefined ? 200 : 400,
      html: askPage({ key, webhook, ...(problem === undefined ? {} : { problem }) }),
    };
  };

  const confirm = (request: IncomingMessage, query: URLSearchParams): Reply => {
    const webhook = query.get('webhook') ?? '';
    const organization = query.get('organization')?.trim() ?? '';
    if (!URL.canParse(webhook) || !/^https?:$/.test(new URL(webhook).protocol))
      return ask(request, 'The address for webhooks must begin with https://');
    if (!/^[\w-]*$/.test(organization)) return ask(request, 'That is no name of an organisation');
    const state = unguessable();
    const address = new URL(webhook).href;
    states.set(state, { until: Date.now() + STATE_MS, webhook: address });
    const account = organization === '' ? '' : `/organizations/${organization}`;
    return {
      status: 200,
      html: confirmPage({
        action: `${options.serverUrl}${account}/settings/apps/new?state=${state}`,
        manifest: manifest(app, { origin: originOf(request), webhook: address }),
        server: new URL(options.serverUrl).host,
      }),
    };
  };

  const finish = async (query: URLSearchParams): Promise<Reply> => {
    const state = states.get(query.get('state') ?? '');
    const code = query.get('code') ?? '';
    states.delete(query.get('state') ?? '');
    if (state === undefined || state.until < Date.now())
      return {
        status: 400,
        html: problemPage('This way back from GitHub was not begun here, was used before, or is older than an hour.'),
      };
    if (!/^[\w-]{1,200}$/.test(code)) return { status: 400, html: problemPage('GitHub sent no code.') };
    const made = await keepCredentials(options, code, state.webhook);
    return {
      status: 200,
      html: donePage({ ...made, file: options.envFile }),
      finished: true,
    };
  };

  const reply = async (request: IncomingMessage): Promise<Reply> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET') return { status: 405, html: problemPage('This page is only read.') };
    // GitHub sends the person back with our state, which is as good as the key.
    if (pathname === '/registered') return finish(searchParams);
    if (pathname !== '/' && pathname !== '/confirm')
      return { status: 404, html: problemPage('There is nothing here.') };
    if (!mayEnter(request, searchParams.get('key')))
      return {
        status: 403,
        html: problemPage('Open the whole address that was shown at the start: it ends in a key.'),
      };
    return pathname === '/' ? ask(request) : confirm(request, searchParams);
  };

  const server = createServer((request, response) => {
    void reply(request)
      .catch((error: unknown): Reply => {
        options.log.error({ cause: String(error) }, 'The registration did not work');
        return {
          status: 502,
          html: problemPage(
            'GitHub did not give us the credentials; the log says why. Delete the app on GitHub if it is there, and begin again.',
          ),
        };
      })
      .then(({ status, html, finished }) => {
        if (finished) response.once('close', done.resolve);
        response.writeHead(status, {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self' ${new URL(options.serverUrl).origin}`,
        });
        response.end(html);
      });
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const name = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}/?key=${key}`;
  // Without the key, which is for the person alone.
  options.log.info(
    { host: options.host, port },
    'There are no GitHub credentials: the registration waits for a person',
  );

  return {
    url,
    registered: done.promise,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
