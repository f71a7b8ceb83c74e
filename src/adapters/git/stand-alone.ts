/** A worktree with a repository of its own, for a command that may do to git what it likes. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worktree } from '#engine/ports.ts';
import { type Annex, quoted } from './annex.ts';
import { copyIndex, indexPath } from './worktree.ts';

/**
 * Cuts a worktree off from the annex: its branches, tags and settings are its own and go away with it, new objects too;
 * older ones it reads where they are. What one verification does to git, no other one and no merge meets.
 */
export async function standAlone({ mirror }: Annex, worktree: Worktree): Promise<void> {
  const { gitDir, ground, repository } = mirror;
  const own = join(worktree.path, '.git');
  await rm(own, { force: true });
  for (const folder of ['objects/info', 'refs/heads', 'info']) await mkdir(join(own, folder), { recursive: true });
  const text = (file: string): Promise<string> => readFile(join(gitDir, file), 'utf8');
  // The annex last: git counts how deep it followed such lists, and the annex has the other one too.
  const borrowed = `${await text('objects/info/alternates')}${quoted(join(gitDir, 'objects'))}\n`;
  await Promise.all([
    writeFile(join(own, 'HEAD'), `${worktree.base}\n`),
    writeFile(join(own, 'config'), (await text('config')).replace('bare = true', 'bare = false')),
    writeFile(join(own, 'objects/info/alternates'), borrowed),
    copyFile(join(gitDir, 'info/attributes'), join(own, 'info/attributes')),
    copyFile(join(gitDir, 'packed-refs'), join(own, 'packed-refs')),
    ...(existsSync(join(gitDir, 'shallow')) ? [copyFile(join(gitDir, 'shallow'), join(own, 'shallow'))] : []),
    copyIndex(indexPath(ground.home, repository.id, worktree.name), join(own, 'index')),
  ]);
}
