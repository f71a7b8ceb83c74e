import { go } from './go.ts';
import type { ImportReader } from './import.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';

const READERS: readonly (readonly [RegExp, (path: string) => ImportReader])[] = [
  [/\.[cm]?[jt]sx?$/, javascript],
  [/\.pyi?$/, () => python],
  [/\.go$/, () => go],
  [/\.rs$/, () => rust],
  [/\.(?:java|kts?)$/, () => java],
];

/** What reads the imports of a file, by its name; undefined for languages that we do not know. */
export const readerOf = (path: string): ImportReader | undefined =>
  READERS.find(([names]) => names.test(path))?.[1](path);
