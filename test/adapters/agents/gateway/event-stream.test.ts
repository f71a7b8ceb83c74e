import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsOf } from '#adapters/agents/gateway/event-stream.ts';

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer, void, undefined> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const read = async (bytes: Buffer, sizes: readonly number[]) => {
  const raw: Buffer[] = [];
  const data: string[] = [];
  for await (const event of eventsOf(cut(bytes, sizes))) {
    raw.push(event.raw);
    if (event.data !== undefined) data.push(event.data);
  }
  return { raw: Buffer.concat(raw).toString('hex'), data };
};

describe('a stream of server-sent events', () => {
  test('is the same events, byte for byte, however it is cut and whatever its line ends', async () => {
    const line = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, ''));
    const event = fc.record({ comment: fc.boolean(), data: fc.array(line, { minLength: 1, maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
        async (events, end, sizes) => {
          const text = events
            .map(({ comment, data }) =>
              [...(comment ? [': ping'] : []), ...data.map((one) => `data: ${one}`), '', ''].join(end),
            )
            .join('');
          const bytes = Buffer.from(text);
          const found = await read(bytes, sizes);
          expect(found.raw).toBe(bytes.toString('hex'));
          expect(found.data).toEqual(events.map(({ data }) => Buffer.from(data.join('\n')).toString()));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is kept apart from others that are read at the same time', async () => {
    const text = Buffer.from(
      Array.from({ length: 9 }, (_, index) => `data: ${index}${'x'.repeat(index)}\n\n`).join(''),
    );
    const one = eventsOf(cut(text, []));
    const two = eventsOf(cut(text, [30]));
    const seen: (string | undefined)[][] = [[], []];
    for (let index = 0; index < 9; index++)
      for (const [which, stream] of [one, two].entries()) {
        const next = await stream.next();
        seen[which]?.push(next.done === true ? undefined : next.value.data);
      }
    expect(seen[0]).toEqual(Array.from({ length: 9 }, (_, index) => `${index}${'x'.repeat(index)}`));
    expect(seen[1]).toEqual(seen[0]);
  });

  test('that is one endless event costs no more memory than its bound, and loses no byte', async () => {
    const part = Buffer.alloc(1024 * 1024, 'a');
    const endless = (async function* () {
      for (let index = 0; index < 40; index++) yield part;
    })();
    let bytes = 0;
    for await (const { raw } of eventsOf(endless)) bytes += raw.length;
    expect(bytes).toBe(40 * part.length);
  });
});
