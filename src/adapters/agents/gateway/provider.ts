import { type IncomingMessage, type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';

/** Where models are, and the key that opens them; the key never leaves the worker's own process. */
export type Upstream = { readonly url: string; readonly key: string };

/** The providers that a worker has keys for. */
export type Upstreams = { readonly anthropic?: Upstream | undefined; readonly openai?: Upstream | undefined };

/** Sends one request with the operator's key; rejects when the provider cannot be reached, or `signal` aborts first. */
export async function send(
  provider: keyof Upstreams,
  upstream: Upstream,
  {
    path,
    headers,
    body,
    signal,
  }: {
    readonly path: string;
    readonly headers: OutgoingHttpHeaders;
    readonly body: Buffer;
    readonly signal: AbortSignal;
  },
): Promise<IncomingMessage> {
  const target = new URL(`${upstream.url.replace(/\/+$/, '')}${path}`);
  const key = provider === 'anthropic' ? { 'x-api-key': upstream.key } : { authorization: `Bearer ${upstream.key}` };
  const start = target.protocol === 'https:' ? secureRequest : plainRequest;
  const once = (more: { readonly agent?: false }): Promise<IncomingMessage | 'stale'> =>
    new Promise((resolve, reject) => {
      const asked = start(target, {
        method: 'POST',
        signal,
        ...more,
        headers: {
          ...headers,
          ...key,
          'content-type': 'application/json',
          'content-length': body.length,
          'accept-encoding': 'identity',
        },
      });
      // A kept connection may have been closed by the provider at this very moment: that says nothing about the request.
      asked.on('error', (error) => (asked.reusedSocket && !signal.aborted ? resolve('stale') : reject(error)));
      asked.on('response', resolve).end(body);
    });
  const first = await once({});
  const answer = first === 'stale' ? await once({ agent: false }) : first;
  if (answer === 'stale') throw new Error('A new connection was an old one.');
  return answer;
}
