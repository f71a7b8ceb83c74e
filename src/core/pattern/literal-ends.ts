import type { Pattern } from './pattern.ts';

/** A brace is opened up for the index as long as no more beginnings than this come of it. */
const MOST_BEGINNINGS = 64;

/**
 * How the paths of a pattern begin: all of them begin with one of these texts (canonical, every segment ended by `/`).
 * The paths of two patterns can meet, also as file and folder, only when a beginning of one begins one of the other.
 */
export const beginnings = ({ key }: Pattern): readonly string[] => {
  let open = [''];
  const closed: string[] = [];
  let at = 0;
  while (open.length > 0) {
    const special = key.slice(at).search(/[*?{]/u);
    const until = special === -1 ? key.length : at + special;
    const literal = key.slice(at, until);
    if (key[until] !== '{') {
      // An alternative may have ended with the `/` that means everything below.
      const ended = (text: string): string => (special === -1 && !text.endsWith('/') ? `${text}/` : text);
      return [...closed, ...open.map((text) => ended(text + literal))];
    }
    const close = key.indexOf('}', until);
    const alternatives = key.slice(until + 1, close).split(',');
    if (open.length * alternatives.length + closed.length > MOST_BEGINNINGS) {
      return [...closed, ...open.map((text) => text + literal)];
    }
    const grown = open.flatMap((text) => alternatives.map((alternative) => ({ text: text + literal, alternative })));
    open = [];
    for (const { text, alternative } of grown) {
      const wildcard = alternative.search(/[*?]/u);
      if (wildcard === -1) open.push(text + alternative);
      else closed.push(text + alternative.slice(0, wildcard));
    }
    at = close + 1;
  }
  return closed;
};

/** What all paths of a pattern begin with, in the same spelling. */
export const beginning = ({ key }: Pattern): string => {
  const special = key.search(/[*?{]/u);
  return special === -1 ? (key.endsWith('/') ? key : `${key}/`) : key.slice(0, special);
};

/** What all paths of a pattern end with, in the same spelling; `/` when there is no telling. */
export const ending = ({ key }: Pattern): string => {
  if (key.endsWith('/')) return '/';
  const tail = key.slice(Math.max(key.lastIndexOf('*'), key.lastIndexOf('?'), key.lastIndexOf('}')) + 1);
  // `**` before it may be no segment at all, and then this `/` is not in the path.
  return `${tail.startsWith('/') ? tail.slice(1) : tail}/`;
};
