import { addedLines, type ChangedFile } from './diff.ts';
import { dominant } from './dominant.ts';

/** Signs of a way to deal with errors, for each language; a line that shows several counts for each. */
const SIGNS: Readonly<Record<string, readonly (readonly [way: string, sign: RegExp])[]>> = {
  ts: [
    ['throws', /\bthrow\b|Promise\.reject\(/],
    ['returns results', /\bok:\s*(?:true|false)\b|\bResult<|\b(?:err|Err|left|failure)\(/],
    ['swallows', /\bcatch\s*(?:\(\w*\))?\s*\{\s*\}|\.catch\(\(\)\s*=>\s*(?:\{\s*\}|undefined|null)\)/],
  ],
  py: [
    ['raises', /^\s*raise\b/],
    ['returns errors', /\breturn\s+(?:None|.+),\s*(?:err|error)\b/],
    ['swallows', /^\s*except\s*:|\bexcept\b.*:\s*pass\b/],
  ],
  go: [
    ['wraps errors', /fmt\.Errorf\(.*%w|errors\.(?:Wrap|Join)/],
    ['passes errors bare', /\breturn\s+(?:[^"]*,\s*)?err\b/],
    ['panics', /\bpanic\(/],
  ],
  rs: [
    ['passes errors on', /\?;|\?\)|\?$|\bErr\(/],
    ['panics', /\.unwrap\(\)|\.expect\(|\bpanic!/],
  ],
  java: [
    ['throws', /\bthrow\b/],
    ['returns results', /\bResult[.<]|\bEither</],
  ],
  cs: [
    ['throws', /\bthrow\b/],
    ['returns results', /\bResult[.<]/],
  ],
  rb: [
    ['raises', /\braise\b/],
    ['swallows', /\brescue\s*(?:=>\s*\w+)?\s*(?:;\s*)?(?:nil)?$/],
  ],
  php: [
    ['throws', /\bthrow\b/],
    ['returns false', /\breturn\s+false\b/],
  ],
};

const TEST = /\.(?:test|spec)\.|_test\.|(?:^|\/)(?:tests?|__tests__|spec)\//;

/** How a member deals with errors, tests aside. */
export const errorHabit = (language: string, files: readonly ChangedFile[]): string | undefined => {
  const signs = SIGNS[language] ?? [];
  const lines = files.filter(({ path }) => !TEST.test(path)).flatMap(addedLines);
  return dominant(
    lines.flatMap((line) => {
      const plain = line.replace(/(?:\/\/|#).*$/, '');
      return signs.flatMap(([way, sign]) => (sign.test(plain) ? [way] : []));
    }),
  );
};
