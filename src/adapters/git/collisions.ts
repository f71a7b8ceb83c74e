/** Paths that git holds apart and macOS or Windows does not. A merge brings them together "clean". */
import type { Sha } from '#core/types.ts';
import type { Mirror } from './mirror.ts';
import { fields, inMirror, paths } from './read.ts';

/** Paths of `tree` that collide with another one only in case or Unicode form, when the merge into `into` brought one of them. */
export async function collisions(mirror: Mirror, into: Sha, tree: Sha): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', into, tree];
  const added = fields((await inMirror(mirror, args)).output);
  return added.length === 0 ? [] : colliding(await paths(mirror, tree), added);
}

/** Both sides of every collision that one of `added` takes part in; a file also collides with a folder of its name. */
export function colliding(all: readonly string[], added: readonly string[]): string[] {
  const wanted = new Set(added.flatMap((path) => foldedPrefixes(path)));
  const files = new Map<string, string[]>();
  for (const path of all) {
    const key = folded(path);
    if (wanted.has(key)) files.set(key, [...(files.get(key) ?? []), path]);
  }
  const found = new Set<string>();
  for (const path of added) {
    for (const key of foldedPrefixes(path)) {
      const others = (files.get(key) ?? []).filter((other) => other !== path);
      if (others.length > 0) for (const one of [path, ...others]) found.add(one);
    }
  }
  return [...found].sort();
}

function foldedPrefixes(path: string): string[] {
  const parts = folded(path).split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** Simple folding, one character to one. */
function folded(path: string): string {
  return [...path.normalize('NFC')].map(foldedCharacter).join('').normalize('NFC');
}

function foldedCharacter(character: string): string {
  if (character <= '\x7f') return character.toLowerCase();
  const upper = character.toUpperCase();
  const lower = ([...upper].length === 1 ? upper : character).toLowerCase();
  return [...lower].length === 1 ? lower : character;
}
