import type { IncomingMessage, ServerResponse } from 'node:http';
import { Probot } from 'probot';
import type { Hint, Log } from '#engine/ports.ts';
import { readBody } from './body.ts';
import { isHeard, readDelivery } from './facts.ts';
import { isSigned } from './signature.ts';
import { WEBHOOK_PATH } from './webhook-path.ts';

/** GitHub gives up after 10 s and calls the delivery failed; we say so ourselves a little earlier. */
const ANSWER_WITHIN_MS = 9_000;

export type WebhookOptions = {
  readonly appId: number | string;
  readonly privateKey: string;
  readonly secret: string;
  readonly apiUrl: string;
  /** Resolves when the hint is kept durably; rejects when it could not be. */
  readonly onHint: (hint: Hint) => Promise<void>;
  readonly log: Log;
};

/** Answers GitHub's webhooks; false when the request is for another path. */
export type WebhookHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The Probot app: every event becomes a hint, or nothing. */
const forkjoin =
  ({ onHint, log }: WebhookOptions) =>
  (app: Probot) => {
    app.onAny(async ({ id, name, payload }) => {
      const hint = readDelivery({ id, event: name, payload, at: new Date().toISOString() });
      if (hint === undefined) return;
      await onHint(hint);
      log.info({ delivery: id, event: name, hint: hint.kind, repository: hint.repository.id }, 'A webhook came');
    });
  };

/** A body as JSON; undefined when it is not UTF-8, not JSON, or no object. */
function readJson(body: Buffer) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Rejects after the time that GitHub waits for an answer. */
async function inTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not done within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
  await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/**
 * The app's ear. A delivery is answered with 202 only when its hint is kept; else GitHub shows it as failed, and its
 * redelivery, which has the same id, does what the first could not. Nothing of a body is parsed before its signature is
 * checked over the bytes that came. Throws without a secret: a webhook that anybody can send is none.
 */
export async function createWebhookApp(options: WebhookOptions): Promise<WebhookHandler> {
  if (options.secret === '') throw new Error('WEBHOOK_SECRET is empty: anybody could send webhooks');
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.secret,
    baseUrl: options.apiUrl,
    logLevel: 'fatal',
  });
  await probot.load(forkjoin(options));

  /** Status and sentence for one delivery. */
  const take = async (request: IncomingMessage): Promise<readonly [number, string]> => {
    const { 'x-hub-signature-256': signature, 'x-github-event': name, 'x-github-delivery': id } = request.headers;
    if (signature === undefined) return [401, 'Not signed with SHA-256'];
    const body = await readBody(request).catch(() => 'broken off' as const);
    if (body === 'broken off') return [400, 'The body broke off'];
    if (body === undefined) return [413, 'Larger than GitHub ever sends'];
    if (!isSigned(body, String(signature), options.secret)) return [401, 'The signature does not match'];
    if (typeof name !== 'string' || typeof id !== 'string')
      return [400, 'X-GitHub-Event or X-GitHub-Delivery is missing'];
    const payload = readJson(body);
    if (payload === undefined) return [400, 'The body is not a JSON object'];
    if (!isHeard(name)) return [202, 'Not for us'];
    try {
      await inTime(probot.receive({ id, name, payload }));
      return [202, 'Taken'];
    } catch (error) {
      options.log.error({ delivery: id, event: name, cause: String(error) }, 'A webhook could not be kept');
      return [503, 'Not kept, please deliver again'];
    }
  };

  return async (request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path !== WEBHOOK_PATH) return false;
    const [status, sentence] = request.method === 'POST' ? await take(request) : [405, 'Webhooks are sent with POST'];
    if (status >= 400 && status < 500)
      options.log.warn(
        { delivery: request.headers['x-github-delivery'], status },
        `A webhook was refused: ${sentence}`,
      );
    // What was not read of a refused body is not waited for.
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      ...(request.complete ? {} : { connection: 'close' }),
    });
    response.end(`${sentence}\n`);
    return true;
  };
}
