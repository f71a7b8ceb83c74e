/** What one forecast leaves for the next: a branch that is pushed again is looked at, and nothing else anew. */
import type { Sha } from '#core/types.ts';
import { FoldedNames } from './folded-names.ts';
import type { Lineage } from './lineages.ts';
import type { GitFolder } from './mirror.ts';
import type { NewNames } from './new-names.ts';
import type { OnBase } from './on-base.ts';
import { paths } from './read.ts';
import { attributesOf, isAttributes } from './tree-names.ts';

/** A base: its names, its attributes, and the heads that were merged with it. */
export type KnownBase = {
  readonly standing: FoldedNames;
  readonly attributePaths: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly heads: Map<Sha, KnownHead>;
};

/** A head: whether it goes with the base, and what it changes there. Its merge with the base is in no repository. */
export type KnownHead = {
  readonly head: Sha;
  readonly lineage: Lineage | undefined;
  readonly onBase: OnBase;
  readonly names: NewNames;
  /** Its names that collide with the base's own, or among themselves. */
  readonly clash: readonly string[];
};

/** Bases and heads kept, the latest: hashes never change their meaning, so nothing grows old. */
const BASES = 4;
const HEADS = 400;

export class ForecastMemory {
  readonly #bases = new Map<string, Promise<KnownBase>>();

  /** The base's names and attributes, read once. */
  base(folder: GitFolder, base: Sha): Promise<KnownBase> {
    const key = `${folder.gitDir} ${base}`;
    const known = this.#bases.get(key) ?? readBase(folder, base);
    this.#bases.delete(key);
    this.#bases.set(key, known);
    // What could not be read may be there the next time.
    known.catch(() => this.#bases.delete(key));
    trim(this.#bases, BASES);
    return known;
  }
}

/** Keeps what was found out about heads; one that git could not read is asked about again. */
export const remember = (base: KnownBase, heads: Iterable<KnownHead>): void => {
  for (const one of heads) {
    base.heads.delete(one.head);
    const broken = one.names.broken !== undefined || (!one.onBase.clean && one.onBase.broken);
    if (!broken) base.heads.set(one.head, one);
  }
  trim(base.heads, HEADS);
};

const trim = (map: Map<string, unknown>, most: number): void => {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
};

const readBase = async (folder: GitFolder, base: Sha): Promise<KnownBase> => {
  const all = await paths(folder, base);
  const standing = new FoldedNames();
  for (const path of all) standing.add(path);
  const attributePaths = all.filter(isAttributes);
  return { standing, attributePaths, attributes: await attributesOf(folder, base, attributePaths), heads: new Map() };
};
