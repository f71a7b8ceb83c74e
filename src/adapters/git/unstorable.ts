/** What git cannot hold, or would skip without a word: found by looking, so that a person is told. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type Unstorable = { readonly path: string; readonly why: string };

/** GitHub refuses larger files, and with them the whole push. */
export const TOO_LARGE = { bytes: 100_000_000, why: 'it is larger than 100 MB, which GitHub refuses' };

/** Characters that HFS+ ignores in a name (git's own list): `.g<U+200C>it` is `.git` there. */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Names that are `.git` on some file system; git refuses them, and stops. */
export function nameProblem(path: string): string | undefined {
  // A backslash separates folders on Windows.
  for (const part of path.split(/[/\\]/)) {
    const plain = part.replace(HFS_IGNORED, '').toLowerCase();
    const onWindows = plain.replace(/[ .]*(?::.*)?$/, '');
    if (plain === '.git' || onWindows === '.git' || onWindows === 'git~1')
      return 'its name stands for `.git` on some systems';
  }
  return undefined;
}

/** Pipes, sockets and devices below a folder: git passes over them in silence. `skip`: folders not to look into. */
export async function specialFiles(root: string, skip: ReadonlySet<string>): Promise<Unstorable[]> {
  const found: Unstorable[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) found.push({ path: folder, why: 'the folder cannot be read' });
    for (const entry of entries ?? []) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== '.git' && !skip.has(path)) pending.push(path);
      } else if (!entry.isFile() && !entry.isSymbolicLink()) {
        found.push({
          path,
          why: `git cannot hold a ${entry.isFIFO() ? 'named pipe' : entry.isSocket() ? 'socket' : 'device'}`,
        });
      }
    }
  }
  return found;
}
