/** JSON as it is written: every part knows its text, so that what nobody changed keeps its bytes. */

/** `text` is the value as written, without white space around it. */
export type Json = Scalar | JsonObject | JsonArray;
type Scalar = { readonly kind: 'scalar'; readonly text: string };
export type JsonObject = {
  readonly kind: 'object';
  readonly text: string;
  readonly members: readonly Member[];
  readonly byKey: ReadonlyMap<string, Member>;
  /** White space before the closing brace. */
  readonly close: string;
};
export type JsonArray = {
  readonly kind: 'array';
  readonly text: string;
  readonly elements: readonly Element[];
  readonly close: string;
};
/** `lead`: white space before it; `tail`: white space between it and its comma. */
export type Element = { readonly lead: string; readonly value: Json; readonly tail: string };
/** `name` is the key as written, `between` what stands from there to the value. */
export type Member = Element & { readonly key: string; readonly name: string; readonly between: string };

/** A whole file: white space around one object, a byte order mark before it. */
export type JsonFile = { readonly before: string; readonly root: JsonObject; readonly after: string };

/** Deeper than any manifest, and far from what a stack holds. */
const DEEPEST = 100;
const MARK = /\uFEFF/y;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class Unreadable extends Error {}

/** Reads a file, or says why it is none that may be merged by key. */
export const readJson = (text: string): JsonFile | { readonly unreadable: string } => {
  try {
    const reader = new Reader(text);
    const before = `${reader.mark()}${reader.space()}`;
    const root = reader.value(0);
    const after = reader.space();
    if (root.kind !== 'object') return { unreadable: 'it is no object' };
    if (!reader.isAtEnd()) return { unreadable: `there is more behind its end (offset ${reader.at})` };
    return { before, root, after };
  } catch (failure) {
    if (failure instanceof Unreadable) return { unreadable: failure.message };
    throw failure;
  }
};

class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  /** npm reads over it, and editors that wrote it want it back. */
  mark(): string {
    return this.take(MARK) ?? '';
  }

  space(): string {
    return this.take(SPACE) ?? '';
  }

  value(depth: number): Json {
    if (depth > DEEPEST) throw new Unreadable('it is nested too deeply');
    const next = this.text[this.at];
    if (next === '{') return this.object(depth);
    if (next === '[') return this.array(depth);
    if (next === '"') return { kind: 'scalar', text: this.string().name };
    const text = this.take(SCALAR);
    return text === undefined ? this.refuse() : { kind: 'scalar', text };
  }

  private object(depth: number): JsonObject {
    const start = this.at;
    const byKey = new Map<string, Member>();
    const close = this.list('}', (lead) => {
      const { name, key } = this.string();
      const colonAt = this.at;
      this.space();
      if (this.text[this.at] !== ':') this.refuse();
      this.at += 1;
      this.space();
      const between = this.text.slice(colonAt, this.at);
      if (byKey.has(key)) throw new Unreadable(`it has the key ${name} twice in one object`);
      const value = this.value(depth + 1);
      return (tail) => byKey.set(key, { lead, key, name, between, value, tail });
    });
    return { kind: 'object', text: this.text.slice(start, this.at), members: [...byKey.values()], byKey, close };
  }

  private array(depth: number): JsonArray {
    const start = this.at;
    const elements: Element[] = [];
    const close = this.list(']', (lead) => {
      const value = this.value(depth + 1);
      return (tail) => elements.push({ lead, value, tail });
    });
    return { kind: 'array', text: this.text.slice(start, this.at), elements, close };
  }

  /** What stands between brackets; each entry is kept once it is known what follows it. */
  private list(end: string, entry: (lead: string) => (tail: string) => void): string {
    this.at += 1;
    let lead = this.space();
    if (this.text[this.at] === end) {
      this.at += 1;
      return lead;
    }
    for (;;) {
      const keep = entry(lead);
      const tail = this.space();
      const next = this.text[this.at];
      if (next !== ',' && next !== end) this.refuse();
      this.at += 1;
      keep(next === ',' ? tail : '');
      if (next === end) return tail;
      lead = this.space();
    }
  }

  private string(): { readonly name: string; readonly key: string } {
    const name = this.take(STRING);
    if (name === undefined) return this.refuse();
    try {
      return { name, key: String(JSON.parse(name)) };
    } catch {
      return this.refuse();
    }
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private refuse(): never {
    throw new Unreadable(`it is no JSON (offset ${this.at})`);
  }
}
