import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveGit } from '../git/git-http.ts';
import { type Hub, movedOf, repoOf } from '../hub.ts';
import { authenticate, isApp } from './caller.ts';
import type { Inside } from './inside.ts';
import { send } from './send.ts';
import { under } from './under-fault.ts';

/** Paths of git remotes: owner, repository, and what is asked of it. */
export const GIT_PATH = /^\/([^/]+)\/([^/]+)\.git(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

const isAppOf = (hub: Hub, request: IncomingMessage): boolean => {
  try {
    return isApp(authenticate(hub, request.headers.authorization));
  } catch {
    return false;
  }
};

/** Answers a request to a git remote, or lets its fault strike. */
export const gitRequest = async (
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
  const moved = movedOf(hub, owner, name);
  if (repo === undefined && moved !== undefined) {
    request.resume();
    const location = `${hub.url}/${moved.owner}/${moved.name}.git${path}${url.search}`;
    response.writeHead(301, { location }).end();
    return;
  }
  if (repo === undefined) {
    request.resume();
    response.writeHead(404).end('Repository not found.');
    return;
  }
  const template = path.endsWith('refs') ? 'git-info-refs' : path.slice(1);
  let headers: Readonly<Record<string, string>> = {};
  let bytes = Buffer.alloc(0);
  const fault = isAppOf(hub, request) ? faults.take(request.method ?? '', template) : undefined;
  const answer = await under(fault, async () => {
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
