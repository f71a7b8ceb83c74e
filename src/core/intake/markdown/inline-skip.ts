/** Targets and tags longer than this are text: bounds what looking ahead costs. */
const FURTHEST = 400;

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
  let depth = 0;
  let quote = '';
  for (let end = at; end < text.length && end - at < FURTHEST; end += 1) {
    const character = text[end] ?? '';
    if (character === '\\') end += 1;
    else if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '`') return undefined;
    else if ((character === '"' || character === "'") && /\s/.test(text[end - 1] ?? '')) quote = character;
    else if (/\s/.test(character) && !/^\s*(?:["')]|$)/.test(text.slice(end, end + 8))) return undefined;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return end + 1;
    }
  }
  return undefined;
};
