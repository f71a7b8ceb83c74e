import type { Sha } from '#core/types.ts';

/** What a head is, seen from its base: the commits and the paths in which it differs. */
export type Footprint = {
  readonly own: ReadonlySet<Sha>;
  readonly changed: ReadonlySet<string>;
  /** Paths among them that are gone. */
  readonly gone: readonly string[];
};

/**
 * Could the merge of two heads of one base be anything but the sum of their changes? Only when both changed one path, when
 * one changed what is a folder for the other, when one changed something in a folder that the other may have moved away,
 * or when they parted after the base. Renames of single files need a path that both changed.
 */
export const canMeet = (a: Footprint, b: Footprint): boolean =>
  haveCommon(a.own, b.own) ||
  haveCommon(a.changed, b.changed) ||
  isBelow(a.changed, b.changed) ||
  isBelow(b.changed, a.changed) ||
  isIn(foldersOf(a.gone), b.changed) ||
  isIn(foldersOf(b.gone), a.changed);

/** The folders that something is gone from, at any depth; the empty name is the root. */
const foldersOf = (gone: readonly string[]): ReadonlySet<string> => {
  const folders = new Set<string>();
  for (const path of gone) {
    if (!path.includes('/')) folders.add('');
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at));
  }
  return folders;
};

const isIn = (folders: ReadonlySet<string>, paths: ReadonlySet<string>): boolean =>
  folders.size > 0 && (folders.has('') || isBelow(paths, folders));

/** Is one of the paths below a path of the others? */
const isBelow = (paths: ReadonlySet<string>, others: ReadonlySet<string>): boolean => {
  for (const path of paths)
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1))
      if (others.has(path.slice(0, at))) return true;
  return false;
};

const haveCommon = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const one of few) if (many.has(one)) return true;
  return false;
};
