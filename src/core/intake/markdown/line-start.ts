/** What a line can begin, looked at from its first character that is not a space. All are linear in the line. */

/** An ATX heading: depth and text without the closing marks. */
export const atxHeading = (text: string): { readonly depth: number; readonly text: string } | undefined => {
  const depth = run(text, 0, '#');
  if (depth === 0 || depth > 6 || !isBlankAt(text, depth)) return undefined;
  const inside = text.slice(depth).trim();
  let end = inside.length;
  while (inside[end - 1] === '#') end -= 1;
  const closes = end === 0 || inside[end - 1] === ' ' || inside[end - 1] === '\t';
  return { depth, text: closes ? inside.slice(0, end).trim() : inside };
};

/** An opening fence: its mark, length and info string. */
export const fenceStart = (
  text: string,
): { readonly mark: string; readonly length: number; readonly info: string } | undefined => {
  const mark = text[0] ?? '';
  if (mark !== '`' && mark !== '~') return undefined;
  const length = run(text, 0, mark);
  const info = text.slice(length).trim();
  if (length < 3 || (mark === '`' && info.includes('`'))) return undefined;
  return { mark, length, info };
};

/** Whether a line closes a fence of this mark and length. */
export const closesFence = (text: string, mark: string, length: number): boolean => {
  const marks = run(text, 0, mark);
  return marks >= length && text.slice(marks).trim() === '';
};

/** Depth 1 or 2 when a line underlines the paragraph before it. */
export const setextDepth = (text: string): 1 | 2 | undefined => {
  const mark = text[0] ?? '';
  if (mark !== '=' && mark !== '-') return undefined;
  return text.slice(run(text, 0, mark)).trim() === '' ? (mark === '=' ? 1 : 2) : undefined;
};

/** Three or more of one mark and nothing else. */
export const isThematicBreak = (text: string): boolean => {
  const mark = text[0] ?? '';
  if (mark !== '*' && mark !== '-' && mark !== '_') return false;
  let marks = 0;
  for (const character of text) {
    if (character === mark) marks += 1;
    else if (character !== ' ' && character !== '\t') return false;
  }
  return marks >= 3;
};

/** A list marker: what makes entries one list (`kind`), the marker's width, and the number of an ordered one. */
export const listMarker = (
  text: string,
): { readonly kind: string; readonly width: number; readonly number?: number } | undefined => {
  const first = text[0] ?? '';
  if (first === '-' || first === '+' || first === '*') {
    return isBlankAt(text, 1) ? { kind: first, width: 1 } : undefined;
  }
  let digits = 0;
  while (digits < 10 && (text[digits] ?? '') >= '0' && (text[digits] ?? '') <= '9') digits += 1;
  const delimiter = text[digits] ?? '';
  if (digits === 0 || digits > 9 || (delimiter !== '.' && delimiter !== ')') || !isBlankAt(text, digits + 1))
    return undefined;
  return { kind: delimiter, width: digits + 1, number: Number(text.slice(0, digits)) };
};

/** Whether a line is the second of a GFM table whose first is `header`: such a paragraph is never underlined. */
export const isTableHead = (header: string, delimiters: string): boolean =>
  delimiters.includes('-') &&
  /^[-:| \t]+$/.test(delimiters) &&
  /[|:]/.test(delimiters) &&
  cells(header) === cells(delimiters);

const cells = (row: string): number => {
  const text = row.trim();
  let count = 1;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '|' && i > 0 && i < text.length - 1) count += 1;
  }
  return count;
};

const run = (text: string, from: number, mark: string): number => {
  let at = from;
  while (text[at] === mark && at < text.length) at += 1;
  return at - from;
};

const isBlankAt = (text: string, at: number): boolean => at >= text.length || text[at] === ' ' || text[at] === '\t';
