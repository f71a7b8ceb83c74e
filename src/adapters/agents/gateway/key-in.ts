/** A key that is shorter could stand in any text. */
const SHORTEST = 8;

/** Does it hold the key, as it is or in one of the ways in which programs write bytes? What it says goes to no agent. */
export type KeyIn = (bytes: Buffer | string) => boolean;

/** Looks for the key of a provider. A server that reflects what it was sent would hand it to the agent. */
export function findsKey(key: string): KeyIn {
  if (key.length < SHORTEST) return () => false;
  const raw = Buffer.from(key);
  const forms = new Set([
    key,
    encodeURIComponent(key),
    JSON.stringify(key).slice(1, -1),
    raw.toString('hex'),
    raw.toString('hex').toUpperCase(),
    // In a longer text, base64 of the key depends on where it begins; its first and last letters on its neighbours.
    ...[0, 1, 2].flatMap((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset), raw])
        .toString('base64')
        .replace(/=+$/, '');
      const inner = text.slice(offset === 0 ? 0 : offset + 1, -1);
      return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
    }),
  ]);
  return (bytes) => [...forms].some((form) => bytes.includes(form));
}
