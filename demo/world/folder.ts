import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Files } from './git/bare.ts';

/** Every file below a folder, by path, as a first commit takes them. */
export const filesOf = async (folder: string): Promise<Files> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  const read = async (path: string, isLink: boolean): Promise<Files[string]> => {
    if (isLink) return { symlink: await readlink(path) };
    const executable = ((await stat(path)).mode & 0o100) !== 0;
    return executable ? { executable: await readFile(path, 'utf8') } : readFile(path);
  };
  const pairs = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [relative(folder, path), await read(path, entry.isSymbolicLink())] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
};
