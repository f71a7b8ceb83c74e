import { canonical } from '#core/pattern/canonical.ts';

/** The paths of a tree as file systems see them that do not tell case or Unicode forms apart. */
export class FoldedNames {
  readonly #files = new Map<string, string[]>();
  /** How many files stand below a folder. */
  readonly #folders = new Map<string, number>();

  add(path: string): void {
    const key = canonical(path);
    const same = this.#files.get(key);
    if (same === undefined) this.#files.set(key, [path]);
    else same.push(path);
    for (const folder of foldersOf(key)) this.#folders.set(folder, (this.#folders.get(folder) ?? 0) + 1);
  }

  remove(path: string): void {
    const key = canonical(path);
    const rest = (this.#files.get(key) ?? []).filter((other) => other !== path);
    if (rest.length > 0) this.#files.set(key, rest);
    else this.#files.delete(key);
    for (const folder of foldersOf(key)) {
      const left = (this.#folders.get(folder) ?? 0) - 1;
      if (left > 0) this.#folders.set(folder, left);
      else this.#folders.delete(folder);
    }
  }

  /** Both sides of every collision that an addition takes part in; a file also collides with a folder of its name. */
  collisions(added: readonly string[], gone: readonly string[]): string[] {
    if (added.length === 0) return [];
    const left = new Set(gone);
    const arrived = new FoldedNames();
    for (const path of added) arrived.add(path);
    const found = new Set<string>();
    const meet = (path: string, others: readonly string[]) => {
      const real = others.filter((other) => other !== path && !left.has(other));
      if (real.length > 0) for (const one of [path, ...real]) found.add(one);
    };
    for (const path of added) {
      const key = canonical(path);
      for (const names of [this, arrived]) {
        for (const as of [key, ...foldersOf(key)]) meet(path, names.#files.get(as) ?? []);
        if (names.#folders.has(key)) meet(path, names.#below(key));
      }
    }
    return [...found].sort();
  }

  #below(folder: string): string[] {
    return [...this.#files].flatMap(([key, paths]) => (key.startsWith(`${folder}/`) ? paths : []));
  }
}

function foldersOf(key: string): string[] {
  const folders: string[] = [];
  for (let at = key.indexOf('/'); at > 0; at = key.indexOf('/', at + 1)) folders.push(key.slice(0, at));
  return folders;
}
