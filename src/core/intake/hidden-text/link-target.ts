const SPACE = /[ \t\r\n]*/y;
const DEEPEST = 32;

const skipSpace = (text: string, at: number): number => {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
};

/** Where a link's destination that begins at `at` ends; undefined when none does. */
export const destinationEnd = (text: string, at: number): number | undefined => {
  if (text[at] === '<') {
    for (let end = at + 1; end < text.length; end++) {
      if (text[end] === '\\') end++;
      else if (text[end] === '>') return end + 1;
      else if (text[end] === '<' || text[end] === '\n') return undefined;
    }
    return undefined;
  }
  let depth = 0;
  let end = at;
  for (; end < text.length; end++) {
    const character = text[end] ?? '';
    if (character <= ' ') break;
    if (character === '\\') end++;
    else if (character === '(' && ++depth > DEEPEST) return undefined;
    else if (character === ')' && --depth < 0) break;
  }
  return end > at ? Math.min(end, text.length) : undefined;
};

/** Where a title that begins at `at` ends; undefined when none does. */
export const titleEnd = (text: string, at: number): number | undefined => {
  const open = text[at];
  const close = open === '(' ? ')' : open;
  if (open !== '"' && open !== "'" && open !== '(') return undefined;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === close) return end + 1;
    else if (open === '(' && text[end] === '(') return undefined;
  }
  return undefined;
};

/** A link's target in parentheses at `at` (the `(`): where it ends, and where its title stands, if it has one. */
export const targetAt = (
  text: string,
  at: number,
): { readonly end: number; readonly title?: { readonly from: number; readonly to: number } } | undefined => {
  const from = skipSpace(text, at + 1);
  if (text[from] === ')') return { end: from + 1 };
  const destination = destinationEnd(text, from);
  if (destination === undefined) return undefined;
  const after = skipSpace(text, destination);
  if (text[after] === ')') return { end: after + 1 };
  const title = after > destination ? titleEnd(text, after) : undefined;
  if (title === undefined) return undefined;
  const close = skipSpace(text, title);
  return text[close] === ')' ? { end: close + 1, title: { from: destination, to: close } } : undefined;
};
