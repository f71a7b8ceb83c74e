/** A secret of the host by the name that people know it by; the value is never shown. */
export type NamedSecret = { readonly name: string; readonly value: string };

/** The name of a secret that a text holds, in whatever coat; undefined when it holds none. */
export type FindSecret = (text: string) => string | undefined;

/** Shorter values occur by chance, and would refuse innocent work. Characters. */
const SHORTEST = 8;
/** Shorter values could come together by chance where lines and strings are joined. Characters. */
const SHORTEST_JOINED = 16;
/** Lines of a key in PEM form that say something of their own, characters. */
const LONG_LINE = 40;

/**
 * Looks for secrets that the host knows: as they are, line by line where they have several, in base64 (all three
 * alignments, both alphabets), in hexadecimal, percent-encoded and in escapes of a language (`\x41`, `\u0041`), also
 * cut into lines or strings that stand one after the other. Not compressed, encrypted, reversed or encoded twice. A
 * defence in depth (safety.md row 16): the boundary is that no secret is where an agent works.
 */
export const secretFinder = (secrets: readonly NamedSecret[]): FindSecret => {
  const forms = secrets
    .flatMap(({ name, value }) => parts(value).map((part) => ({ name, ...coats(part) })))
    .filter(({ plain }) => plain.length >= SHORTEST);
  return (text) => {
    if (forms.length === 0) return undefined;
    const bare = text.includes('\0') ? text.replaceAll('\0', '') : text;
    const read = unescaped(bare);
    const joined = inOnePiece(bare);
    const packed = joined.replaceAll('-', '+').replaceAll('_', '/');
    const low = joined.replace(/\\x|0x|[,:;-]/gi, '').toLowerCase();
    return forms.find(
      ({ plain, whole, hex, base64 }) =>
        bare.includes(plain) ||
        read.includes(plain) ||
        (whole.length >= SHORTEST_JOINED && joined.includes(whole)) ||
        low.includes(hex) ||
        base64.some((coat) => packed.includes(coat)),
    )?.name;
  };
};

/** A text with percent-encoded bytes and escaped characters read. */
const unescaped = (text: string): string => {
  const bytes = /%[0-9a-f]{2}/i.test(text)
    ? text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
        new TextDecoder().decode(Uint8Array.from(run.slice(1).split('%'), (pair) => Number.parseInt(pair, 16))),
      )
    : text;
  return bytes.replace(
    /\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\u\{([0-9a-f]{1,5})\}|&#x([0-9a-f]{1,5});/gi,
    (...[, a, b, c, d]: (string | undefined)[]) => String.fromCodePoint(Number.parseInt(a ?? b ?? c ?? d ?? '', 16)),
  );
};

/** A text without white space, and with strings that only follow each other, or are added, as one. */
const inOnePiece = (text: string): string =>
  text
    .replace(/\\\r?\n/g, '')
    .replace(/\s+/g, '')
    .replace(/["'`][+.,]?["'`]/g, '');

/** A value of several lines leaks with any of its long ones. */
const parts = (value: string): readonly string[] => {
  const lines = value
    .split(/\r?\n|\\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('-----'));
  return lines.length > 1 ? lines.filter((line) => line.length >= LONG_LINE) : [value.trim()];
};

const coats = (plain: string) => {
  const bytes = new TextEncoder().encode(plain);
  return {
    plain,
    whole: inOnePiece(plain),
    hex: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    base64: [0, 1, 2].map((shift) => aligned(bytes, shift)).filter((coat) => coat.length >= SHORTEST),
  };
};

/** The characters of base64 that bytes give whatever stands before and after them, with `shift` bytes in front. */
const aligned = (bytes: Uint8Array, shift: number): string => {
  const text = btoa(String.fromCharCode(...new Uint8Array(shift), ...bytes)).replace(/=+$/, '');
  // Six bits a character: the first `shift` bytes share a character with what follows them, the last bits with what comes.
  const start = Math.ceil((shift * 8) / 6);
  const end = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(start, end);
};
