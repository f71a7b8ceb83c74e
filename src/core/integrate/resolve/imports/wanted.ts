import type { Import, ImportedName } from './import.ts';

/** What a file imports, as names with their source: the same wherever a statement stands and however it is laid out. */
export const idOf = (one: Import, name: ImportedName): string => `${one.source}\0${name.text}`;

export const idsOf = (imports: readonly Import[]): ReadonlySet<string> =>
  new Set(imports.flatMap((one) => one.names.map((name) => idOf(one, name))));

/** What two differences from one base leave: what either side added, without what either side took away. */
export const wantedIds = (
  base: readonly Import[],
  ours: readonly Import[],
  theirs: readonly Import[],
): ReadonlySet<string> => {
  const [b, o, t] = [idsOf(base), idsOf(ours), idsOf(theirs)];
  const stays = (id: string): boolean => (t.has(id) || !b.has(id)) && (o.has(id) || !b.has(id));
  return new Set([...o, ...t].filter(stays));
};
