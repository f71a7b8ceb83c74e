/** The raw difference of two trees: what the guard judges. Renames are a deletion and an addition. */
import type { Change, ChangeKind, Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import type { Mirror } from './mirror.ts';
import { fields, inMirror } from './read.ts';

const KINDS: Readonly<Record<string, ChangeKind>> = { A: 'added', M: 'modified', D: 'deleted', T: 'type-changed' };
const ENTRY = /^:(\d{6}) (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([AMDT])$/;

/** Every path that differs, with modes and the size of the new blob in bytes (0 for deletions and submodules). */
export async function changes(mirror: Mirror, from: Sha, to: Sha): Promise<Change[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', allowedSha(from), allowedSha(to)];
  const parts = fields((await inMirror(mirror, args)).output);
  const found: (Omit<Change, 'size'> & { blob: Sha })[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, oldMode, newMode, blob, letter] = ENTRY.exec(parts[at] ?? '') ?? [];
    const path = parts[at + 1];
    const kind = KINDS[letter ?? ''];
    if (
      path === undefined ||
      oldMode === undefined ||
      newMode === undefined ||
      blob === undefined ||
      kind === undefined
    ) {
      throw new Error(`git diff-tree said something else: ${JSON.stringify(parts[at])}`);
    }
    found.push({ path, kind, oldMode, newMode, blob });
  }
  const sizes = await sizesOf(mirror, found);
  return found.map(({ path, kind, oldMode, newMode }, at) => ({ path, kind, oldMode, newMode, size: sizes[at] ?? 0 }));
}

async function sizesOf(mirror: Mirror, found: readonly { newMode: string; blob: Sha }[]): Promise<number[]> {
  if (!found.some(isBlob)) return [];
  const input = found.filter(isBlob).map(({ blob }) => `${blob}\n`);
  const { output } = await inMirror(mirror, ['cat-file', '--batch-check=%(objectsize)'], { input: input.join('') });
  const lines = output.toString().split('\n');
  let next = 0;
  return found.map((change) => (isBlob(change) ? Number(lines[next++]) : 0));
}

function isBlob({ newMode }: { newMode: string }): boolean {
  return newMode.startsWith('100') || newMode === '120000';
}
