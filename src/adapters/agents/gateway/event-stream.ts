/** One server-sent event: its bytes as they came, and its data; undefined for comments, and for what is too long to read. */
export type StreamEvent = { readonly raw: Buffer; readonly data: string | undefined };

/** An event that is longer than this is handed on in parts without being read, so that memory is bounded. */
const LONGEST = 32 * 1024 * 1024;

/** An empty line, with any of the line ends that the format allows; at most four bytes, each of them one character here. */
const END = '\r\n\r\n|\n\n|\r\r|\n\r\n|\r\n\n';
const OVERLAP = 3;

/** Cuts a stream into its events, wherever the parts in which it arrives begin and end. What is left at the end is an event too. */
export async function* eventsOf(parts: AsyncIterable<Buffer>): AsyncGenerator<StreamEvent, void, undefined> {
  // One for each stream: it remembers where it stands.
  const ends = new RegExp(END, 'g');
  let held: Buffer[] = [];
  let size = 0;
  let tail = '';
  for await (const part of parts) {
    const text = tail + part.toString('latin1');
    const offset = tail.length;
    let begin = 0;
    ends.lastIndex = 0;
    while (ends.test(text)) {
      const end = ends.lastIndex - offset;
      yield eventOf(Buffer.concat([...held, part.subarray(begin, end)]));
      begin = end;
      held = [];
      size = 0;
    }
    tail = (begin === 0 ? text : part.toString('latin1', begin)).slice(-OVERLAP);
    held.push(part.subarray(begin));
    size += part.length - begin;
    if (size > LONGEST) {
      yield { raw: Buffer.concat(held), data: undefined };
      held = [];
      size = 0;
    }
  }
  if (size > 0) yield eventOf(Buffer.concat(held));
}

function eventOf(raw: Buffer): StreamEvent {
  const lines = raw
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(line[5] === ' ' ? 6 : 5));
  return { raw, data: data.length === 0 ? undefined : data.join('\n') };
}
