/** More than this in one event is no webhook: GitHub's limit of 25 MB, with room for what JSON adds. */
const LONGEST = 64 * 1024 * 1024;

/**
 * The data of each `message` in a stream of server-sent events (WHATWG HTML, "Server-sent events"); other kinds of event,
 * ids and comments are passed over. Throws when one event does not end.
 */
export async function* messagesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let kind = '';
  let data: string[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    // Only what is new is searched for line ends, so that one long line costs no more than many short ones.
    const lines = text.split('\n');
    for (const [index, piece] of lines.entries()) {
      if (index === lines.length - 1) {
        rest += piece;
        break;
      }
      const line = (rest + piece).replace(/\r$/, '');
      rest = '';
      if (line === '') {
        if (data.length > 0 && (kind === '' || kind === 'message')) yield data.join('\n');
        kind = '';
        data = [];
        size = 0;
      } else if (line.startsWith('data:')) {
        data.push(line.slice('data:'.length).replace(/^ /, ''));
        size += line.length;
      } else if (line.startsWith('event:')) kind = line.slice('event:'.length).trim();
    }
    if (rest.length + size > LONGEST) throw new Error('An event of the stream does not end');
  }
}
