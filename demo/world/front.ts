import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { authenticate, type Caller, nameOf } from './caller.ts';
import type { Emulated } from './emulated.ts';
import type { Fault, Faults } from './faults.ts';
import { serveGit } from './git-http.ts';
import { type Answer, notFound, Refusal } from './http.ts';
import { type Hub, repoOf } from './hub.ts';
import type { RequestLog } from './log.ts';
import { authorize } from './route.ts';
import type { Json } from './state.ts';
import { type Match, match } from './table.ts';

/** What the front needs; the hub comes when the emulated GitHub is up, which needs the front's port first. */
export type Inside = {
  readonly hub: Hub;
  readonly emulated: Emulated;
  readonly faults: Faults;
  readonly log: RequestLog;
};

const MAX_BODY = 10 * 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Refusal(413, 'Payload too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const jsonOf = (text: string): Json => {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  // Labels may be sent as a bare list.
  if (Array.isArray(value)) return { labels: value };
  if (typeof value !== 'object' || value === null) throw new Refusal(400, 'Body should be a JSON object');
  return { ...value };
};

const secondary = (fault: Fault & { kind: 'secondary' }): Answer => ({
  status: fault.status ?? 403,
  body: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
  },
  headers: { 'retry-after': String(fault.retryAfter ?? 60) },
});

const broken = (fault: Fault & { kind: 'before' | 'after' }): Answer => ({
  status: fault.status ?? 500,
  body: { message: 'Server Error' },
});

/** Runs the work of a request under its fault; `cut` stands for an answer that never comes. */
const under = async (fault: Fault | undefined, work: () => Promise<Answer>): Promise<Answer | 'cut'> => {
  switch (fault?.kind) {
    case undefined:
      return work();
    case 'before':
      return broken(fault);
    case 'secondary':
      return secondary(fault);
    case 'delay':
      await wait(fault.milliseconds);
      return work();
    case 'after':
      await work();
      return broken(fault);
    case 'cut':
      await work();
      return 'cut';
    default:
      return fault satisfies never;
  }
};

const isApp = (caller: Caller): boolean => caller.kind === 'app' || caller.kind === 'installation';

const dispatch = async (
  inside: Inside,
  caller: Caller,
  found: Match,
  request: IncomingMessage,
  url: URL,
  body: Json,
): Promise<Answer> => {
  const { hub, emulated } = inside;
  if (found.kind === 'app') {
    const authorization = request.headers.authorization ?? '';
    return found.route.handle({
      hub,
      emulated,
      caller,
      method: request.method ?? '',
      params: found.params,
      url,
      authorization,
      body,
    });
  }
  const repo = repoOf(hub, found.params['owner'] ?? '', found.params['repo'] ?? '');
  if (repo === undefined) throw notFound();
  authorize(hub, repo, caller, found.route.access);
  const actor = caller.kind === 'person' ? caller.account : hub.app.bot;
  return found.route.handle({ hub, repo, caller, actor, viaApp: isApp(caller), params: found.params, url, body });
};

const refused = (error: unknown): Answer => {
  if (error instanceof Refusal) return error.answer;
  // A bug of the world must be seen in the test that meets it.
  return { status: 500, body: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
};

const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const headers: Record<string, string> = {
    'x-github-request-id': randomUUID(),
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-used': '1',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
    ...answer.headers,
  };
  if (answer.body !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  if (request.method === 'GET' && answer.status === 200) headers['etag'] = etag;
  if (headers['etag'] !== undefined && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(answer.status, headers).end(answer.status === 204 ? undefined : text);
};

const GIT_PATH = /^\/([^/]+)\/([^/]+)\.git(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

const gitRequest = async (
  inside: Inside,
  url: URL,
  parts: RegExpExecArray,
  request: IncomingMessage,
  response: ServerResponse,
  stop: AbortSignal,
) => {
  const { hub, faults, log } = inside;
  const [, owner = '', name = '', path = ''] = parts;
  const repo = repoOf(hub, owner, name);
  if (repo === undefined) {
    request.resume();
    response.writeHead(404).end('Repository not found.');
    return;
  }
  const template = path.endsWith('refs') ? 'git-info-refs' : path.slice(1);
  let headers: Readonly<Record<string, string>> = {};
  let bytes = Buffer.alloc(0);
  const answer = await under(faults.take(request.method ?? '', template), async () => {
    const done = await serveGit(hub, repo, path, url, request, stop);
    log.git(done.caller, repo, done.service, template, done.status, done.moves);
    headers = done.headers;
    bytes = done.body as Buffer<ArrayBuffer>;
    return { status: done.status };
  });
  request.resume();
  if (answer === 'cut') response.destroy();
  else if (answer.body !== undefined) send(request, response, answer);
  else response.writeHead(answer.status, headers).end(bytes);
};

const apiRequest = async (
  inside: Inside,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const method = request.method ?? 'GET';
  let caller: Caller = { kind: 'nobody' };
  let found: Match | undefined;
  let body: Json = {};
  const work = async (): Promise<Answer> => {
    try {
      return found === undefined ? notFound().answer : await dispatch(inside, caller, found, request, url, body);
    } catch (error) {
      return refused(error);
    }
  };
  let answer: Answer | 'cut';
  try {
    const text = await readBody(request);
    caller = authenticate(inside.hub, request.headers.authorization);
    found = match(method, url.pathname);
    body = jsonOf(text);
    const fault = isApp(caller) && found !== undefined ? inside.faults.take(method, found.template) : undefined;
    answer = await under(fault, work);
  } catch (error) {
    answer = refused(error);
  }
  const { status, body: responseBody } = answer === 'cut' ? { status: 0, body: undefined } : answer;
  inside.log.request({
    at: new Date().toISOString(),
    caller: nameOf(caller),
    method,
    path: url.pathname,
    template: found?.template,
    params: found?.params ?? {},
    query: Object.fromEntries(url.searchParams),
    requestBody: Object.keys(body).length === 0 ? undefined : body,
    status,
    responseBody,
  });
  if (answer === 'cut') response.destroy();
  else send(request, response, answer);
};

/** Starts the HTTP server on loopback; answers 503 until `open` gives it the world behind it. */
export const startFront = async (port: number) => {
  const stop = new AbortController();
  let inside: Inside | undefined;
  let origin = '';
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', origin);
    if (inside === undefined) {
      response.writeHead(503).end();
      return;
    }
    const git = GIT_PATH.exec(url.pathname);
    const answered =
      git === null
        ? apiRequest(inside, url, request, response)
        : gitRequest(inside, url, git, request, response, stop.signal);
    answered.catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front has no port');
  origin = `http://127.0.0.1:${address.port}`;
  return {
    url: origin,
    open: (world: Inside) => {
      inside = world;
    },
    close: async (): Promise<void> => {
      stop.abort();
      server.closeAllConnections();
      await new Promise<void>((done) => {
        server.close(() => done());
      });
    },
  };
};
