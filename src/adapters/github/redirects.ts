import { type Answer, pathNames, type Request, type Send, sentNames } from './request.ts';

/** GitHub's number of the repository that a request is about; set by `place`, absent for requests about the app itself. */
const expected = (request: Request): unknown => request.request?.['repositoryId'];

const absent = (request: Request) =>
  Object.assign(new Error(`${request.method} ${request.url} leads to another repository`), { status: 404 });

/** The same request at the place that GitHub names; a read's query is in that place already. */
function movedTo(location: URL, request: Request): Request {
  const moved = { ...request, url: location.href };
  for (const name of request.method === 'GET' ? [...pathNames(request), ...sentNames(request)] : pathNames(request))
    Reflect.deleteProperty(moved, name);
  return moved;
}

/**
 * A renamed repository answers with a redirect to its number, a transferred issue with one to another repository. The
 * first is followed, once; the second is "not there": what was approved in one repository says nothing about another.
 */
export async function followRedirects(send: Send, request: Request): Promise<Answer> {
  const answer = await send(request);
  if (Number(answer.status) < 300) return answer;
  const location = new URL(answer.headers.location ?? '', answer.url);
  const repository = /\/repositories\/(\d+)(?:\/|$)/.exec(location.pathname)?.[1];
  const same = repository !== undefined && Number(repository) === expected(request);
  if (!same || location.origin !== new URL(answer.url).origin) throw absent(request);
  const moved = await send(movedTo(location, request));
  if (Number(moved.status) >= 300) throw absent(request);
  return moved;
}
