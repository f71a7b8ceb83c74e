/**
 * The language of spec 2.3 said a second time, plainly and slowly: braces are multiplied out, segments are matched by
 * trying every split. Shares nothing with the source.
 */

/** Every text that the braces stand for; undefined when a brace is none. */
export const expand = (text: string): string[] | undefined => {
  const open = text.search(/[{}]/u);
  if (open === -1) return [text];
  const group = /^\{([^{}]*)\}/u.exec(text.slice(open));
  const alternatives = group?.[1]?.split(',') ?? [];
  if (alternatives.length < 2 || alternatives.includes('')) return undefined;
  const rest = expand(text.slice(open + (group?.[0].length ?? 0)));
  return rest && alternatives.flatMap((alternative) => rest.map((tail) => text.slice(0, open) + alternative + tail));
};

/** The segments of one text without braces; a trailing `/` becomes a segment of any name and then any number more. */
const segmentsOf = (text: string): string[] | undefined => {
  const below = text.endsWith('/') && text !== '/';
  const segments = (below ? text.slice(0, -1) : text).split('/');
  const bad = (one: string): boolean =>
    one === '' || one === '.' || one === '..' || (one.includes('**') && one !== '**');
  if (segments.some(bad)) return undefined;
  return below ? [...segments, '*', '**'] : segments;
};

/** All readings of a pattern as lists of segments; undefined when it is invalid. */
export const readings = (text: string): string[][] | undefined => {
  const all = expand(text)?.map(segmentsOf);
  return all?.every((one) => one !== undefined) ? all.filter((one) => one !== undefined) : undefined;
};

const nameMatches = (segment: string, name: string): boolean => {
  if (segment === '') return name === '';
  if (segment.startsWith('*')) {
    return nameMatches(segment.slice(1), name) || (name !== '' && nameMatches(segment, name.slice(1)));
  }
  return name !== '' && (segment[0] === '?' || segment[0] === name[0]) && nameMatches(segment.slice(1), name.slice(1));
};

/** Whether a list of segments matches a list of names. */
export const segmentsMatch = (segments: readonly string[], names: readonly string[]): boolean => {
  const [first, ...rest] = segments;
  if (first === undefined) return names.length === 0;
  if (first === '**') {
    return segmentsMatch(rest, names) || (names.length > 0 && segmentsMatch(segments, names.slice(1)));
  }
  return names[0] !== undefined && nameMatches(first, names[0]) && segmentsMatch(rest, names.slice(1));
};

/** Length of the shortest name that both segments match; undefined when there is none. */
const shortestName = (one: string, other: string, sofar = ''): number | undefined => {
  const lengths: (number | undefined)[] = [];
  const [a, b] = [one[0], other[0]];
  if (a === undefined && b === undefined) return ['', '.', '..'].includes(sofar) ? undefined : sofar.length;
  if (sofar.length > 12) return undefined;
  if (a === '*') lengths.push(shortestName(one.slice(1), other, sofar));
  if (b === '*') lengths.push(shortestName(one, other.slice(1), sofar));
  if (a !== undefined && b !== undefined) {
    const wild = (symbol: string): boolean => symbol === '*' || symbol === '?';
    const letter = wild(a) ? (wild(b) ? 'x' : b) : a;
    if (wild(a) || wild(b) || a === b) {
      const go = (onward: string, rest: string): void => {
        lengths.push(shortestName(onward, rest, sofar + letter));
      };
      const nextA = a === '*' ? [one, one.slice(1)] : [one.slice(1)];
      const nextB = b === '*' ? [other, other.slice(1)] : [other.slice(1)];
      // Two runs that both go on read nothing that either needs, but a segment must not be empty or of dots only.
      for (const x of nextA) for (const y of nextB) if (x !== one || y !== other || sofar.length < 3) go(x, y);
    }
  }
  const found = lengths.filter((length) => length !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
};

const nameCache = new Map<string, number | undefined>();
const cachedName = (one: string, other: string): number | undefined => {
  const key = `${one} ${other}`;
  if (!nameCache.has(key)) nameCache.set(key, shortestName(one, other));
  return nameCache.get(key);
};

/** Length of the shortest path with a `/` after each segment; undefined when there is none. */
const shortestPath = (one: readonly string[], other: readonly string[]): number | undefined => {
  const lengths: (number | undefined)[] = [];
  const [a, ...restA] = one;
  const [b, ...restB] = other;
  if (a === undefined && b === undefined) return 0;
  const plus = (length: number | undefined, more: number | undefined): number | undefined =>
    length === undefined || more === undefined ? undefined : length + 1 + more;
  if (a === '**') lengths.push(shortestPath(restA, other));
  if (b === '**') lengths.push(shortestPath(one, restB));
  if (a === '**' && b !== undefined && b !== '**') lengths.push(plus(cachedName('*', b), shortestPath(one, restB)));
  if (b === '**' && a !== undefined && a !== '**') lengths.push(plus(cachedName(a, '*'), shortestPath(restA, other)));
  if (a !== undefined && b !== undefined && a !== '**' && b !== '**') {
    lengths.push(plus(cachedName(a, b), shortestPath(restA, restB)));
  }
  const found = lengths.filter((length) => length !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
};

/** Length of the shortest path that two readings share; a path has one segment at least. */
export const sharedLength = (one: readonly string[], other: readonly string[]): number | undefined => {
  const length = shortestPath(one, other);
  return length === 0 ? 1 : length === undefined ? undefined : length - 1;
};

/** Whether `file` names a file that `folder` spells out as a folder. */
export const clashes = (file: readonly string[], folder: readonly string[]): boolean =>
  !file.some((segment) => /[*?]/u.test(segment)) &&
  folder.length > file.length &&
  file.every((segment, index) => segment === folder[index]);

/** Whether some path of one segment matches through a segment with a wildcard. */
export const broad = (segments: readonly string[]): boolean =>
  segments.some(
    (segment, index) => /[*?]/u.test(segment) && segments.every((other, at) => at === index || other === '**'),
  );
