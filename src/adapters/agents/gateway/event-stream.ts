/** One server-sent event: its bytes as they came, and its data; undefined for comments, and for what is too long to read. */
export type StreamEvent = { readonly raw: Buffer; readonly data: string | undefined };

/** An event that is longer than this is handed on in parts without being read, so that memory is bounded. */
const LONGEST = 32 * 1024 * 1024;

/** An empty line, with any of the line ends that the format allows. Every byte is one character here. */
const END = /\r\n\r\n|\n\n|\r\r|\n\r\n|\r\n\n/g;

/** Cuts a stream into its events, wherever the parts in which it arrives begin and end. What is left at the end is an event too. */
export async function* eventsOf(parts: AsyncIterable<Buffer>): AsyncGenerator<StreamEvent, void, undefined> {
  let pending = '';
  let seen = 0;
  for await (const part of parts) {
    pending += part.toString('latin1');
    let begin = 0;
    END.lastIndex = Math.max(0, seen - 3);
    for (let end = END.exec(pending); end !== null; end = END.exec(pending)) {
      yield eventOf(pending.slice(begin, END.lastIndex));
      begin = END.lastIndex;
    }
    pending = pending.slice(begin);
    seen = pending.length;
    if (pending.length > LONGEST) {
      yield { raw: Buffer.from(pending, 'latin1'), data: undefined };
      pending = '';
      seen = 0;
    }
  }
  if (pending !== '') yield eventOf(pending);
}

function eventOf(text: string): StreamEvent {
  const raw = Buffer.from(text, 'latin1');
  const lines = raw
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(line[5] === ' ' ? 6 : 5));
  return { raw, data: data.length === 0 ? undefined : data.join('\n') };
}
