import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { KeyIn } from './key-in.ts';

/** Headers of an agent that reach the provider. Credentials, cookies, who pays and what belongs to a connection do not. */
const UP = ['accept', 'anthropic-beta', 'anthropic-version', 'openai-beta', 'user-agent'];

/** Headers of the provider that reach an agent; what belongs to a connection or an encoding is ours to say. */
const DOWN = ['content-type', 'openai-processing-ms', 'request-id', 'retry-after', 'x-request-id', 'x-should-retry'];

export const headersUp = (headers: IncomingHttpHeaders): OutgoingHttpHeaders => picked(headers, UP);

export const headersDown = (headers: IncomingHttpHeaders, keyIn: KeyIn): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(picked(headers, DOWN)).filter(([, value]) => !keyIn(String(value))));

const picked = (headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders =>
  Object.fromEntries(names.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]));

/** A refusal of the gateway, in the shape in which both providers tell theirs; only after "too many" is there a point in asking again. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', 'x-should-retry': String(status === 429) });
  response.end(JSON.stringify({ type: 'error', error: { type: TYPES[status] ?? 'api_error', message } }));
}

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
};

/** Milliseconds that a refusal asks to wait, in any of the ways in which providers say it. `now` in milliseconds since 1970. */
export function waitOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const told = headers['retry-after']?.trim();
  if (told === undefined || told === '') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(told)) return Number(told) * 1_000;
  // Only dates as HTTP writes them: to JavaScript `-5` is one as well.
  const date = /^[A-Za-z]{3,9},? /.test(told) ? Date.parse(told) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
