import { StringDecoder } from 'node:string_decoder';

/** Longest line handed on, in characters; the rest of a longer one is dropped, so that memory is bounded. */
const LONGEST = 1_000_000;

/** Cuts a stream of bytes into lines. `push` takes what arrived, `end` hands on an unfinished last line. */
export function lineSplitter(onLine: (line: string) => void): { push(bytes: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  const take = (text: string): void => {
    const lines = text.split('\n');
    for (const [index, part] of lines.entries()) {
      if (pending.length < LONGEST) pending += part.slice(0, LONGEST - pending.length);
      if (index < lines.length - 1) flush();
    }
  };
  const flush = (): void => {
    const line = pending.endsWith('\r') ? pending.slice(0, -1) : pending;
    pending = '';
    onLine(line);
  };
  return {
    push: (bytes) => take(decoder.write(bytes)),
    end: () => {
      take(decoder.end());
      if (pending !== '') flush();
    },
  };
}
