import type { Readable } from 'node:stream';

/** All bytes of a body; undefined when there are more than `most` of them, or it broke off. `onPart`: for each part that arrives. */
export async function wholeOf(
  body: Readable,
  most: number,
  onPart: () => void = () => {},
): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      onPart();
      size += part.length;
      if (size > most) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts);
}
