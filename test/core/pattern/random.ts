/** Repeatable random numbers in [0, 1) (mulberry32), so that a disagreement can be found again. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

const PIECES = [
  'a',
  'a',
  'b',
  '.',
  '*',
  '?',
  '/',
  '/',
  'a',
  'b',
  '**',
  '/**',
  '**/',
  '{a,b}',
  '{a,*}',
  '{a/,b}',
  '{b,**}',
];
const INSIDE = ['a', 'b', 'ab', 'a/b', '*', '?', '**', 'a/', '/b', '*a', '**/a', 'b/**', '.'];

/** The text of a pattern, about half of them valid: short, and crowded with everything that can go wrong. */
export const randomPattern = (random: () => number): string => {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  let text = '';
  for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
    text +=
      random() < 0.1 ? `{${pick(INSIDE)},${pick(INSIDE)}${random() < 0.5 ? `,${pick(INSIDE)}` : ''}}` : pick(PIECES);
  }
  return text;
};
