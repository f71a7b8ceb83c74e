/** Where in a manifest order means something, and where it means nothing. Paths are keys from the root. */
import type { Json, JsonObject } from './read.ts';

/** The first match counts: conditions of a package's entry points. */
const ORDERED = new Set(['exports', 'imports', 'typesVersions', 'browser']);

export const isOrdered = (path: readonly string[]): boolean => ORDERED.has(path[0] ?? '');

/** May two versions of an object be merged key by key? Entry points by their names; their conditions not. */
export const mayMergeKeys = (path: readonly string[], versions: readonly JsonObject[]): boolean =>
  !isOrdered(path) || versions.every(({ members }) => members.every(({ key }) => /^[.#]/.test(key)));

/** Lists that are sets. */
const SETS = [
  'files',
  'keywords',
  'workspaces',
  'workspaces.packages',
  'workspace',
  'bundledDependencies',
  'bundleDependencies',
  'trustedDependencies',
  'pnpm.onlyBuiltDependencies',
];

/** Texts of a list that is a set: no entry twice, nothing but texts, none that takes back what others say. */
export const asSet = (path: readonly string[], value: Json): readonly string[] | undefined => {
  if (value.kind !== 'array' || !SETS.includes(path.join('.'))) return undefined;
  const texts = value.elements.map((element) => element.value.text);
  const plain = texts.every((text) => text.startsWith('"') && !text.startsWith('"!'));
  return plain && new Set(texts).size === texts.length ? texts : undefined;
};
