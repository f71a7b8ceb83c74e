import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('sample/', import.meta.url));

/** The sample repository's files by path: a small site in TypeScript whose tests run without an install. */
export const sampleFiles = async (): Promise<Record<string, string>> => {
  const entries = await readdir(FOLDER, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [relative(FOLDER, file), await readFile(file, 'utf8')] as const)),
  );
};
