import type { ChangedFile } from './diff.ts';
import { dominant } from './dominant.ts';

/** How new files are named: the part before the first dot. A name of one word in small letters tells nothing. */
export const fileHabit = (files: readonly ChangedFile[]): string | undefined =>
  dominant(files.filter(({ kind }) => kind === 'added').flatMap(({ path }) => wayOf(path) ?? []));

const wayOf = (path: string): string | undefined => {
  const name = (path.split('/').at(-1) ?? '').split('.')[0] ?? '';
  // Names that a tool or a language gives.
  const bare = name.replace(/^test_|_test$/g, '').replace(/^_+|_+$/g, '');
  if (/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(bare)) return 'kebab-case';
  if (/^[a-z0-9]+(?:_[a-z0-9]+)+$/.test(bare)) return 'snake_case';
  if (/^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/.test(bare)) return 'camelCase';
  return /^(?:[A-Z][a-z0-9]*)+$/.test(bare) && /[a-z]/.test(bare) ? 'PascalCase' : undefined;
};
