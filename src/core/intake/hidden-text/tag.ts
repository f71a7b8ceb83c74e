/** One attribute of a tag, as written. `value` is without quotes; absent when there is none. */
export type Attribute = { readonly name: string; readonly value?: string; readonly raw: string };

/** An HTML tag as CommonMark reads it: `end` is behind its `>`. */
export type Tag = {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: readonly Attribute[];
  readonly end: number;
};

const NAME = /[A-Za-z][A-Za-z0-9-]*/y;
const SPACE = /[ \t\r\n]*/y;
const ATTRIBUTE_NAME = /[A-Za-z_:][A-Za-z0-9_.:-]*/y;
const EQUALS = /[ \t\r\n]*=[ \t\r\n]*/y;
const BARE = /[^ \t\r\n"'=<>`]+/y;

const read = (expression: RegExp, text: string, at: number): string | undefined => {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
};

const valueAt = (text: string, at: number): { readonly value: string; readonly end: number } | undefined => {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") {
    const bare = read(BARE, text, at);
    return bare === undefined ? undefined : { value: bare, end: at + bare.length };
  }
  const close = text.indexOf(quote, at + 1);
  return close === -1 ? undefined : { value: text.slice(at + 1, close), end: close + 1 };
};

/** The tag that begins at `at` (a `<`); undefined when none does. */
export const tagAt = (text: string, at: number): Tag | undefined => {
  const closes = text[at + 1] === '/';
  const start = at + (closes ? 2 : 1);
  const name = read(NAME, text, start);
  if (name === undefined) return undefined;
  const attributes: Attribute[] = [];
  let end = start + name.length;
  for (;;) {
    const space = read(SPACE, text, end) ?? '';
    const after = end + space.length;
    if (text[after] === '>') return { name: name.toLowerCase(), closes, attributes, end: after + 1 };
    if (text[after] === '/' && text[after + 1] === '>' && !closes) {
      return { name: name.toLowerCase(), closes, attributes, end: after + 2 };
    }
    const attribute = space === '' || closes ? undefined : read(ATTRIBUTE_NAME, text, after);
    if (attribute === undefined) return undefined;
    end = after + attribute.length;
    const equals = read(EQUALS, text, end);
    const value = equals === undefined ? undefined : valueAt(text, end + equals.length);
    if (equals !== undefined && value === undefined) return undefined;
    if (value !== undefined) end = value.end;
    attributes.push({
      name: attribute.toLowerCase(),
      ...(value === undefined ? {} : { value: value.value }),
      raw: text.slice(after, end),
    });
  }
};
