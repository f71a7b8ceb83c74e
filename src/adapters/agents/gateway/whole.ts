import type { Readable } from 'node:stream';

/** All bytes of a body; undefined when there are more than `most` of them, or it broke off. `onPart` is told the size of each part; `false` ends it. */
export async function wholeOf(
  body: Readable,
  most: number,
  onPart: (bytes: number) => boolean = () => true,
): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    // Whoever sends too much is still to be told so: the connection stays.
    for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += part.length;
      if (!onPart(part.length) || size > most) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts);
}
