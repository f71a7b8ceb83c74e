/** Targets and tags longer than this are text: bounds what looking ahead costs. */
const FURTHEST = 400;
/** Brackets in a target nested deeper than this are text, as on GitHub. */
const DEEPEST = 32;

/** Where a tag or an autolink that begins at `<` ends, if it is one. */
export const rawTag = (text: string, at: number): number | undefined => {
  if (!/[a-z/]/i.test(text[at + 1] ?? '')) return undefined;
  for (let end = at + 1; end < text.length && end - at < FURTHEST; end += 1) {
    const character = text[end];
    if (character === '>') return end + 1;
    if (character === '<' || character === '`') return undefined;
  }
  return undefined;
};

/** Where the target of an inline link ends, if `(` … `)` stands at `at`: a destination and maybe a title. */
export const linkEnd = (text: string, at: number): number | undefined => {
  if (text[at] !== '(') return undefined;
  const last = Math.min(text.length, at + FURTHEST);
  let depth = 0;
  for (let end = at; end < last; end += 1) {
    switch (text[end] ?? '') {
      case '(':
        depth += 1;
        if (depth > DEEPEST) return undefined;
        break;
      case ')':
        depth -= 1;
        if (depth === 0) return end + 1;
        break;
      case '\\':
        end += 1;
        break;
      case ' ':
      case '\n':
        return depth === 1 ? titleEnd(text, end, last) : undefined;
      case '\t':
        return undefined;
    }
  }
  return undefined;
};

/** Behind a destination: white space, a title in quotes if there is one, and the closing bracket. */
const titleEnd = (text: string, at: number, last: number): number | undefined => {
  const title = /^\s+(?:"(?:[^"\\]|\\.)*"\s*|'(?:[^'\\]|\\.)*'\s*)?\)/.exec(text.slice(at, last));
  return title === null ? undefined : at + title[0].length;
};
