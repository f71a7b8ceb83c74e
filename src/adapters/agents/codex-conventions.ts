import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mount } from './mounts.ts';
import type { Workshop } from './workshop.ts';

/** Where Codex looks for a repository's conventions, first to last; it takes the first. */
const NAMES = ['AGENTS.override.md', 'AGENTS.md'];

/** Codex reads no more of them. */
const LARGEST = 32 * 1024;

/**
 * Codex reads no conventions of a repository that it does not trust: they are given to it as the user's own, in the home
 * folder that is private to the start.
 */
export async function codexConventions(
  { sandbox }: Pick<Workshop, 'sandbox'>,
  worktree: string,
  folder: string,
  privateHome: string,
): Promise<Mount[]> {
  const text = await conventionsOf(worktree);
  if (text === undefined) return [];
  const place = '.codex/AGENTS.md';
  const from = sandbox.home === undefined ? join(privateHome, place) : join(folder, 'conventions.md');
  await mkdir(dirname(from), { recursive: true });
  await writeFile(from, text);
  return sandbox.home === undefined ? [] : [{ kind: 'read', path: join(sandbox.home, place), from }];
}

async function conventionsOf(worktree: string): Promise<Buffer | undefined> {
  for (const name of NAMES) {
    const path = join(worktree, name);
    // A link could lead to a file of the worker's.
    const isPlain = (await lstat(path).catch(() => undefined))?.isFile() === true;
    if (isPlain) return (await readFile(path)).subarray(0, LARGEST);
  }
  return undefined;
}
