import type { IncomingMessage } from 'node:http';

/** GitHub sends at most 25 MB. */
const LIMIT = 25 * 1024 * 1024;

/** The bytes of a request, as they came; undefined when they are more than GitHub ever sends. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > LIMIT) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection stays open for the answer when reading stops early.
  const bytes: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
