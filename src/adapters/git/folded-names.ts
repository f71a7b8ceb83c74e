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

  /** Both sides of every collision that arriving paths have with these, or with each other, when `gone` have left. */
  collisions(arriving: readonly string[], gone: readonly string[]): string[] {
    const together = new FoldedNames();
    for (const path of arriving) together.add(path);
    return [...new Set([...this.meetings(arriving, gone), ...together.meetings(arriving, [])])].sort();
  }

  /** Both sides of every collision that arriving paths have with these; a file also collides with a folder of its name. */
  meetings(arriving: readonly string[], gone: readonly string[]): string[] {
    const left = new Set(gone);
    const found = new Set<string>();
    for (const path of arriving) {
      const key = canonical(path);
      const near = [key, ...foldersOf(key)].flatMap((as) => this.#files.get(as) ?? []);
      const others = this.#folders.has(key) ? [...near, ...this.#below(key)] : near;
      const real = others.filter((other) => other !== path && !left.has(other));
      if (real.length > 0) for (const one of [path, ...real]) found.add(one);
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
