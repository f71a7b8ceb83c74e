import { ending } from './literal-ends.ts';
import { isLiteral, type Pattern } from './pattern.ts';

const reversed = (text: string): string => [...text].reverse().join('');

/**
 * Finds, among these patterns, those whose end meets the end of another: one ends the other. Those that may name a file
 * (literally, or by braces) always are among them.
 */
export const endingIndex = (patterns: readonly Pattern[]): ((pattern: Pattern) => Pattern[]) => {
  const always = patterns.filter((pattern) => pattern.braces || isLiteral(pattern));
  const byEnding = new Map<string, Pattern[]>();
  for (const pattern of patterns) {
    if (pattern.braces || isLiteral(pattern)) continue;
    const end = reversed(ending(pattern));
    const known = byEnding.get(end);
    if (known === undefined) byEnding.set(end, [pattern]);
    else known.push(pattern);
  }
  const ends = [...byEnding.keys()].sort();
  const lengths = [...new Set(ends.map((end) => end.length))];

  /** Where the ends that go on from `end` begin in the sorted list. */
  const lowest = (end: string): number => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? '') < end) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return (pattern) => {
    if (ends.length === 0) return always;
    const end = reversed(ending(pattern));
    const found = [...always];
    for (const length of lengths) {
      if (length < end.length) found.push(...(byEnding.get(end.slice(0, length)) ?? []));
    }
    for (let at = lowest(end); ends[at]?.startsWith(end); at++) found.push(...(byEnding.get(ends[at] ?? '') ?? []));
    return found;
  };
};
