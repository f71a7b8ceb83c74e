/** How much of an output's end is kept, in bytes, and how many lines of it are shown. */
const KEPT = 64 * 1024;
const LINES = 40;
const LINE_LENGTH = 1_000;

/** Escape sequences of terminals: CSI, OSC and other strings (also unfinished, then to the end of the line), two-character ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const ESCAPES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g;
/** Controls but tab and line feed, and characters that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes a program's output harmless to show: no colours, no cursor movements, no hidden direction changes. */
export function plainText(output: string): string {
  return output
    .replace(ESCAPES, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1))
    .join('\n')
    .replace(CONTROLS, '');
}

/** Keeps the end of an output in bounded memory; `text` is its last lines, ready to show. */
export function outputTail(): { push(bytes: Buffer): void; text(): string } {
  const kept = Buffer.alloc(2 * KEPT);
  let size = 0;
  return {
    push: (bytes) => {
      const news = bytes.subarray(-KEPT);
      if (size + news.length > kept.length) {
        kept.copyWithin(0, size - KEPT, size);
        size = KEPT;
      }
      size += news.copy(kept, size);
    },
    text: () =>
      plainText(kept.toString('utf8', Math.max(0, size - KEPT), size))
        .trimEnd()
        .split('\n')
        .slice(-LINES)
        .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line))
        .join('\n'),
  };
}
