import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { basename, dirname } from 'node:path';
import { createGunzip } from 'node:zlib';
import { authenticate, type Caller } from '../front/caller.ts';
import { Refusal } from '../front/http.ts';
import { hasRole, reaches } from '../front/route.ts';
import type { Hub } from '../hub.ts';
import type { Account, Repo } from '../state.ts';
import { follow, inTurn, type Move } from './moves.ts';

/** What a request to a git remote did, and its answer. `moves` is empty for a fetch. */
export type GitExchange = Collected & {
  readonly caller: Caller;
  readonly service: string;
  readonly moves: readonly Move[];
};

const RECEIVE = 'git-receive-pack';

const refusalOf = (hub: Hub, repo: Repo, caller: Caller, service: string): Refusal | undefined => {
  const push = service === RECEIVE;
  const ask = new Refusal(401, 'Requires authentication');
  switch (caller.kind) {
    case 'app':
      return ask;
    case 'nobody':
      return push || repo.private ? ask : undefined;
    case 'installation':
      if (!reaches(caller, repo, ['contents:read'])) return new Refusal(404, 'Repository not found.');
      return !push || reaches(caller, repo, ['contents:write'])
        ? undefined
        : new Refusal(403, 'Write access to repository not granted.');
    case 'person':
      if (!hasRole(hub, repo, caller.account, 'read')) return new Refusal(404, 'Repository not found.');
      return !push || hasRole(hub, repo, caller.account, 'write')
        ? undefined
        : new Refusal(403, `Permission to ${repo.owner}/${repo.name}.git denied to ${caller.account.login}.`);
    default:
      return caller satisfies never;
  }
};

const actorOf = (hub: Hub, caller: Caller): Account | undefined =>
  caller.kind === 'person' ? caller.account : caller.kind === 'installation' ? hub.app.bot : undefined;

/** What `git http-backend` answered to one request. Held in memory: the world's repositories are small. */
type Collected = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

const parseCgi = (output: Buffer): Collected => {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, Math.max(end, 0)).toString().split('\r\n');
  const pairs = lines.map(
    (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const,
  );
  const { status, ...headers } = Object.fromEntries(pairs);
  if (end === -1) return { status: 500, headers: {}, body: output };
  return { status: Number.parseInt(status ?? '200', 10), headers, body: output.subarray(end + 4) };
};

const backend = (
  repo: Repo,
  path: string,
  url: URL,
  request: IncomingMessage,
  refuseWorkflows: boolean,
  stop: AbortSignal,
): Promise<Collected> =>
  new Promise((done, failed) => {
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_PROJECT_ROOT: dirname(repo.git.path),
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: `/${basename(repo.git.path)}${path}`,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_USER: 'world',
        REMOTE_ADDR: '127.0.0.1',
        ...(refuseWorkflows ? { WORLD_REFUSE_WORKFLOWS: 'yes' } : {}),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
      signal: stop,
      killSignal: 'SIGKILL',
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', failed);
    child.on('close', () => done(parseCgi(Buffer.concat(output))));
    // A client that goes away, perhaps while its push waited for its turn, leaves its request unfinished; the child must
    // not wait for the rest.
    const leave = (): void => {
      if (!request.readableEnded) child.stdin.end();
    };
    if (request.destroyed) leave();
    else request.on('close', leave);
    child.stdin.on('error', () => undefined);
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    body.on('error', () => child.stdin.destroy());
    body.pipe(child.stdin);
  });

/** Answers one request to `/<owner>/<repo>.git/…`; a push is told to everybody before git hears that it is done. */
export const serveGit = async (
  hub: Hub,
  repo: Repo,
  path: string,
  url: URL,
  request: IncomingMessage,
  stop: AbortSignal,
): Promise<GitExchange> => {
  const service = url.searchParams.get('service') ?? path.slice(1);
  let caller: Caller = { kind: 'nobody' };
  try {
    caller = authenticate(hub, request.headers.authorization);
    const refusal = refusalOf(hub, repo, caller, service);
    if (refusal !== undefined) throw refusal;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    request.resume();
    const headers = { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="GitHub"' };
    return { caller, service, moves: [], status: error.answer.status, headers, body: Buffer.from(error.message) };
  }
  const actor = actorOf(hub, caller);
  if (path !== `/${RECEIVE}` || actor === undefined)
    return { caller, service, moves: [], ...(await backend(repo, path, url, request, false, stop)) };
  return inTurn(repo, async () => {
    const refuseWorkflows = caller.kind === 'installation' && !reaches(caller, repo, ['workflows:write']);
    const answer = await backend(repo, path, url, request, refuseWorkflows, stop);
    return { caller, service, moves: await follow(hub, repo, actor), ...answer };
  });
};
