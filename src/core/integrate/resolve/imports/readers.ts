import { go } from './go.ts';
import type { ImportReader } from './import.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';

/** What is read line by line is read by patterns, and nobody writes imports as long as a pattern could be tormented with. */
const byLines =
  (read: ImportReader): ImportReader =>
  (text) =>
    /[^\n]{2000}/.test(text) ? undefined : read(text);

const READERS: readonly (readonly [RegExp, (path: string) => ImportReader])[] = [
  [/\.[cm]?[jt]sx?$/, javascript],
  [/\.pyi?$/, () => byLines(python)],
  [/\.go$/, () => byLines(go)],
  [/\.rs$/, () => byLines(rust)],
  [/\.(?:java|kts?)$/, () => byLines(java)],
];

/** What reads the imports of a file, by its name; undefined for languages that we do not know. */
export const readerOf = (path: string): ImportReader | undefined =>
  READERS.find(([names]) => names.test(path))?.[1](path);
