import type { IncomingMessage } from 'node:http';
import { decoded } from './decoded.ts';
import type { Body } from './dialect.ts';
import { wholeOf } from './whole.ts';

/** Largest request that is taken, in bytes: what providers take themselves, and a little more. */
const LARGEST = 40 * 1024 * 1024;

/** Bytes of requests that one agent may have with the gateway at a time: a worker has more agents, and other things to do. */
const ROOM = 100 * 1024 * 1024;

export type Room = { take(bytes: number): boolean; give(bytes: number): void };

/** The room for all requests of one agent. */
export function createRoom(): Room {
  let left = ROOM;
  return {
    take: (bytes) => {
      left -= bytes;
      return left >= 0;
    },
    give: (bytes) => {
      left += bytes;
    },
  };
}

/** A request, read; or the status and sentence with which it is refused. */
export type Asked =
  | { readonly body: Body; readonly model: string }
  | { readonly status: number; readonly wrong: string };

/** Reads a request whole. `room` keeps its bytes until the answer is over: then `give` them back. */
export async function readRequest(
  request: IncomingMessage,
  room: Room,
): Promise<{ readonly asked: Asked; give(): void }> {
  let size = 0;
  let fits = true;
  const give = (): void => room.give(size);
  const plain = decoded(request, request.headers['content-encoding']);
  if (plain === undefined) return { give, asked: { status: 415, wrong: 'This content-encoding cannot be opened.' } };
  const bytes = await wholeOf(plain, LARGEST, (part) => {
    size += part;
    fits = room.take(part);
    return fits;
  });
  if (!fits) return { give, asked: { status: 429, wrong: 'Too much is asked at once; ask again.' } };
  if (bytes === undefined)
    return { give, asked: { status: 413, wrong: `A request may have ${LARGEST / 1024 / 1024} MB.` } };
  return { give, asked: askedIn(bytes.toString('utf8')) };
}

function askedIn(text: string): Asked {
  const wrong = { status: 400, wrong: 'A request is a JSON object that names a model.' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return wrong;
  }
  const model = typeof body === 'object' && body !== null && 'model' in body ? body.model : undefined;
  if (typeof model !== 'string' || model === '' || model.length > 200) return wrong;
  return { body: body as Body, model };
}
