import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Hub, movedOf, repoOf } from '../hub.ts';
import type { Json } from '../state.ts';
import { authenticate, type Caller, isApp, nameOf } from './caller.ts';
import { type Answer, notFound, Refusal } from './http.ts';
import type { Inside } from './inside.ts';
import { jsonOf, readBody } from './read-body.ts';
import { authorize } from './route.ts';
import { send } from './send.ts';
import { type Match, match } from './table.ts';
import { under } from './under-fault.ts';

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
  if (repo === undefined) return redirected(hub, found, request, url);
  authorize(hub, repo, caller, found.route.access);
  const actor = caller.kind === 'person' ? caller.account : hub.app.bot;
  const accept = request.headers.accept ?? '';
  return found.route.handle({
    hub,
    repo,
    caller,
    actor,
    viaApp: isApp(caller),
    params: found.params,
    url,
    accept,
    body,
  });
};

/** Under a former name GitHub leads to the repository's number, which never changes. */
const redirected = (hub: Hub, found: Match, request: IncomingMessage, url: URL): Answer => {
  const moved = movedOf(hub, found.params['owner'] ?? '', found.params['repo'] ?? '');
  if (moved === undefined) throw notFound();
  const rest = url.pathname.split('/').slice(4).join('/');
  const location = `${hub.url}/repositories/${moved.id}${rest === '' ? '' : `/${rest}`}${url.search}`;
  const body = { message: 'Moved Permanently', url: location, documentation_url: 'https://docs.github.com/rest' };
  return { status: request.method === 'GET' ? 301 : 307, headers: { location }, body };
};

/** `/repositories/{id}/…` as the path under the name that the repository has now. */
const named = (hub: Hub, path: string): string =>
  path.replace(/^\/repositories\/(\d+)/, (same, id: string) => {
    const repo = [...hub.repos.values()].find((one) => one.id === Number(id));
    return repo === undefined ? same : `/repos/${repo.owner}/${repo.name}`;
  });

const refused = (error: unknown): Answer => {
  if (error instanceof Refusal) return error.answer;
  // A bug of the world must be seen in the test that meets it.
  return { status: 500, body: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
};

/** Answers a request to the API and writes it into the log. */
export const apiRequest = async (
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
    found = match(method, named(inside.hub, url.pathname));
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
