/** Many files of one commit by few processes. */
import type { Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import type { GitFolder } from './mirror.ts';
import { fields, inMirror } from './read.ts';

/** A longer file is nobody's to read as a whole, bytes. */
const LONGEST = 1_000_000;
/** Paths in one command line. */
const AT_ONCE = 500;
/** What all of them together may have, bytes: what goes beyond is left out. */
const TOGETHER = 64_000_000;

/** Texts by path; without links, folders, submodules, binaries and what is too long. */
export async function texts(folder: GitFolder, commit: Sha, paths: readonly string[]): Promise<Map<string, string>> {
  const asked = [...new Set(paths)].filter(isPath);
  const found: { readonly path: string; readonly blob: Sha }[] = [];
  let room = TOGETHER;
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE);
    const args = ['--literal-pathspecs', 'ls-tree', '-z', '-l', '--full-tree', allowedSha(commit), '--', ...some];
    for (const line of fields((await inMirror(folder, args)).output)) {
      const [, blob, size, path] = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t([\s\S]*)$/.exec(line) ?? [];
      if (blob === undefined || path === undefined || Number(size) > LONGEST || Number(size) > room) continue;
      room -= Number(size);
      found.push({ path, blob });
    }
  }
  if (found.length === 0) return new Map();
  const input = found.map(({ blob }) => `${blob}\n`).join('');
  const { output } = await inMirror(folder, ['cat-file', '--batch'], { input, megabytes: 128 });
  return textsOf(output, found);
}

/** What git takes for a path below the root; people write others. */
const isPath = (path: string): boolean =>
  !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** `hash SP type SP size LF content LF`, in the order of the questions. */
function textsOf(output: Buffer, found: readonly { readonly path: string }[]): Map<string, string> {
  const all = new Map<string, string>();
  let at = 0;
  for (const { path } of found) {
    const end = output.indexOf('\n', at);
    const size = Number(output.subarray(at, end).toString().split(' ')[2]);
    if (end < 0 || !Number.isSafeInteger(size)) throw new Error(`git cat-file said something else about ${path}`);
    const content = output.subarray(end + 1, end + 1 + size);
    if (!content.includes(0)) all.set(path, content.toString('utf8'));
    at = end + 1 + size + 1;
  }
  return all;
}
