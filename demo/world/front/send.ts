import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './http.ts';

/** Sends an answer of the API with GitHub's headers; 304 to who has it already. */
export const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const text = answer.raw ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
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
  if (answer.raw !== undefined) headers['content-type'] = 'application/vnd.github.raw+json; charset=utf-8';
  else if (answer.body !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  if (request.method === 'GET' && answer.status === 200) headers['etag'] = etag;
  if (headers['etag'] !== undefined && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(answer.status, headers).end(answer.status === 204 ? undefined : text);
};
