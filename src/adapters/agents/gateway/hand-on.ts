import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { headersDown, refuse } from './answers.ts';
import { decoded } from './decoded.ts';
import { eventsOf } from './event-stream.ts';
import type { Shared } from './exchange.ts';
import type { KeyIn } from './key-in.ts';
import type { Entry } from './ledger.ts';
import { wholeOf } from './whole.ts';

/** Largest answer in one piece, bytes. */
const LARGEST = 64 * 1024 * 1024;

/** Events without data are signs of life, a few bytes each; longer ones, in bytes, are something that is hidden. */
const COMMENT = 64 * 1024;

/** What an answer that broke off, or is too long, counts for at most, bytes: no model writes more in one. */
const MOST_WORDS = 512 * 1024;

type Way = Pick<Shared, 'alive' | 'purse' | 'end' | 'log'> & {
  readonly signal: AbortSignal;
  readonly provider: string;
  readonly keyIn: KeyIn;
  readonly sent: string;
  /** A stream was asked for. */
  readonly streamed: boolean;
};

const REPEATS = 'The model provider repeats the key of this worker in its answer, which is withheld.';

/** Hands an answer on to the agent and its usage to the ledger: the end of an answer leaves only when its row is safe. */
export async function handOn(
  answer: IncomingMessage,
  response: ServerResponse,
  entry: Entry | undefined,
  way: Way,
): Promise<void> {
  const status = answer.statusCode ?? 502;
  if (status >= 300 && status < 400) {
    answer.destroy();
    way.log.error(
      { provider: way.provider, status, to: answer.headers.location?.slice(0, 200) },
      'The model provider sends requests elsewhere, and the key goes nowhere else: correct its base URL.',
    );
    return refuse(response, 502, 'The model provider sends requests elsewhere; the model gateway does not follow.');
  }
  const stop = (): void => void answer.destroy();
  way.signal.addEventListener('abort', stop);
  try {
    const body = decoded(answer, answer.headers['content-encoding']);
    if (body === undefined) {
      way.log.warn(
        { encoding: answer.headers['content-encoding'] },
        'The model provider answered in an encoding that cannot be read.',
      );
      answer.destroy();
      if (status < 300) await entry?.close();
      return refuse(response, 502, 'The model provider answered in an encoding that cannot be read.');
    }
    if (entry !== undefined && status < 300 && isStream(answer.headers['content-type'] ?? '', way.streamed))
      return await stream(answer, body, response, entry, way);
    await piece(answer, body, response, status < 300 ? entry : undefined, way);
  } finally {
    way.signal.removeEventListener('abort', stop);
  }
}

/** Not every server names its streams as such; an answer in one piece is named JSON by all of them. */
const isStream = (type: string, asked: boolean): boolean =>
  /^text\/event-stream\b/i.test(type) || (asked && !/\bjson\b/i.test(type));

/** A stream, event by event. It is cut when it passes a budget. */
async function stream(
  answer: IncomingMessage,
  body: Readable,
  response: ServerResponse,
  entry: Entry,
  way: Way,
): Promise<void> {
  const headers = headersDown(answer.headers, way.keyIn);
  response.writeHead(answer.statusCode ?? 200, { ...headers, 'cache-control': 'no-cache' });
  response.flushHeaders();
  let whole = true;
  try {
    for await (const { raw, data } of eventsOf(body as AsyncIterable<Buffer>)) {
      way.alive();
      const { end } = data === undefined ? { end: false } : entry.meter.take(valueOf(data));
      if (data === undefined && raw.length > COMMENT) entry.unread(raw.length);
      const passed = await entry.check();
      if (passed !== undefined) way.end({ kind: 'budget', spent: passed });
      const repeats = way.keyIn(raw);
      if (repeats) way.log.error({ provider: way.provider }, REPEATS);
      if (passed !== undefined || repeats) {
        whole = false;
        break;
      }
      if (end) await entry.close();
      if (!response.write(raw)) await drained(response);
    }
  } catch (error) {
    whole = false;
    if (!way.signal.aborted)
      way.log.warn(
        { provider: way.provider, error: error instanceof Error ? error.message : String(error) },
        'An answer of the model provider broke off.',
      );
  }
  await entry.close();
  if (entry.meter.overloaded())
    await way.purse.limited({ provider: way.provider, status: 529, wait: undefined, sent: way.sent });
  if (whole) response.end();
  else response.destroy();
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    if (response.destroyed) resolve();
    else response.on('drain', go).on('close', go);
  });

/** An answer in one piece. */
async function piece(
  answer: IncomingMessage,
  body: Readable,
  response: ServerResponse,
  entry: Entry | undefined,
  way: Way,
): Promise<void> {
  let size = 0;
  const bytes = await wholeOf(body, LARGEST, (part) => {
    way.alive();
    size += part;
    return true;
  });
  if (bytes === undefined) {
    answer.destroy();
    entry?.unread(Math.min(size, MOST_WORDS));
    await entry?.close();
    if (!way.signal.aborted)
      way.log.warn({ provider: way.provider }, 'An answer of the model provider broke off, or was too long.');
    return refuse(response, 502, 'The answer of the model provider broke off, or was too long.');
  }
  entry?.meter.take(valueOf(bytes.toString('utf8')));
  const passed = await entry?.check();
  await entry?.close();
  if (way.keyIn(bytes)) {
    way.log.error({ provider: way.provider, status: answer.statusCode }, REPEATS);
    refuse(response, 502, REPEATS);
  } else if (!response.destroyed) {
    const headers = headersDown(answer.headers, way.keyIn);
    response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': bytes.length });
    response.end(bytes);
  }
  // It is paid for and given whole; there is nothing left for what would be done with it.
  if (passed !== undefined) way.end({ kind: 'budget', spent: passed });
}

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text.trim();
  }
};
