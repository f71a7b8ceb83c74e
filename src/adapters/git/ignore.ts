/** The ignore rules of a commit as one list, so that a `.gitignore` an agent wrote hides nothing from the guard. */
import type { Sha } from '#core/types.ts';
import type { Mirror } from './mirror.ts';
import { fields, inMirror } from './read.ts';

/** All committed `.gitignore` files as one file for `--exclude-from`, rules of deeper folders later: the last match wins. */
export async function ignoreRules(mirror: Mirror, index: string): Promise<string> {
  const listing = ['ls-files', '-z', '--stage', '--', ':(top,glob)**/.gitignore'];
  const files = fields((await inMirror(mirror, listing, { index })).output).flatMap((line) => {
    const [, blob, path] = /^100\d{3} ([0-9a-f]+) 0\t(.*)$/s.exec(line) ?? [];
    return blob === undefined || path === undefined ? [] : [{ blob, folder: path.slice(0, -'.gitignore'.length) }];
  });
  files.sort((a, b) => depth(a.folder) - depth(b.folder));
  const texts = await blobs(
    mirror,
    files.map((file) => file.blob),
  );
  return files
    .flatMap(({ folder }, at) =>
      (texts[at] ?? '')
        .replace(/^\uFEFF/, '')
        .split('\n')
        .map((line) => anchored(line, folder)),
    )
    .join('\n');
}

function depth(folder: string): number {
  return folder.split('/').length;
}

/** A rule of a folder's `.gitignore`, said from the root. */
export function anchored(line: string, folder: string): string {
  const rule = line.replace(/\r$/, '');
  if (rule.trim() === '' || rule.startsWith('#')) return '';
  if (folder === '') return rule;
  const negated = rule.startsWith('!');
  const pattern = (negated ? rule.slice(1) : rule).replace(/^\\(?=[#!])/, '');
  // Without a slash before its end a rule holds at any depth below its folder.
  const anywhere = !/\/./.test(pattern);
  if (pattern === '/') return '';
  const escaped = folder.replaceAll(/[\\*?[\]]/g, '\\$&');
  return `${negated ? '!' : ''}/${escaped}${anywhere ? '**/' : ''}${pattern.replace(/^\//, '')}`;
}

async function blobs(mirror: Mirror, hashes: readonly Sha[]): Promise<string[]> {
  if (hashes.length === 0) return [];
  const { output } = await inMirror(mirror, ['cat-file', '--batch=%(objectsize)'], {
    input: hashes.map((hash) => `${hash}\n`).join(''),
  });
  const texts: string[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const size = Number(output.subarray(at, end).toString());
    texts.push(output.subarray(end + 1, end + 1 + size).toString('utf8'));
    at = end + 2 + size;
  }
  return texts;
}
