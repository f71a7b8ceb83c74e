import type { IncomingMessage } from 'node:http';
import type { Json } from '../state.ts';
import { Refusal } from './http.ts';

const MAX_BODY = 10 * 1024 * 1024;

/** The text of a request's body. */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Refusal(413, 'Payload too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** A body as an object; throws what GitHub answers to anything else. */
export const jsonOf = (text: string): Json => {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  // Labels may be sent as a bare list.
  if (Array.isArray(value)) return { labels: value };
  if (typeof value !== 'object' || value === null) throw new Refusal(400, 'Body should be a JSON object');
  return { ...value };
};
