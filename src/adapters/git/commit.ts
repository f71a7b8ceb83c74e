/** Commits made by the controller, from trees and files, never from a checkout. Same input, same hash. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant, Sha } from '#core/types.ts';
import { allowedPath, allowedSha } from './allowed.ts';
import type { GitFolder, Mirror } from './mirror.ts';
import { inMirror } from './read.ts';
import { withScratch } from './scratch.ts';

/** `.invalid` belongs to nobody, so that GitHub credits no stranger with the app's commits. */
export const NAME = 'forkjoin';
export const EMAIL = 'forkjoin@forkjoin.invalid';

/** A commit of a tree. */
export async function commitTree(
  mirror: GitFolder,
  tree: Sha,
  parents: readonly Sha[],
  message: string,
  at: Instant,
): Promise<Sha> {
  const date = `@${Math.floor(Date.parse(at) / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: NAME,
    GIT_AUTHOR_EMAIL: EMAIL,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: NAME,
    GIT_COMMITTER_EMAIL: EMAIL,
    GIT_COMMITTER_DATE: date,
  };
  const args = ['commit-tree', ...parents.flatMap((parent) => ['-p', allowedSha(parent)]), '-F', '-', allowedSha(tree)];
  // Git refuses NUL in a message, and a lone surrogate is not UTF-8: neither may stop a commit.
  const input = `${message.replaceAll('\0', '').toWellFormed().trimEnd()}\n`;
  return (await inMirror(mirror, args, { env, input })).output.toString().trim();
}

/** A commit on `parent` that adds or replaces plain files; a file in the way of a folder, or the reverse, gives way. */
export async function commitFiles(
  mirror: Mirror,
  parent: Sha,
  files: readonly { readonly path: string; readonly content: string }[],
  message: string,
  at: Instant,
): Promise<Sha> {
  const tree = await withScratch(mirror.ground.home, async (folder) => {
    const names = await Promise.all(
      files.map(async ({ path, content }, number) => {
        allowedPath(path);
        const name = join(folder, `file-${number}`);
        await writeFile(name, content);
        return `${name}\n`;
      }),
    );
    const index = join(folder, 'index');
    const hashing = inMirror(mirror, ['hash-object', '-w', '--no-filters', '--stdin-paths'], { input: names.join('') });
    const [{ output }] = await Promise.all([hashing, inMirror(mirror, ['read-tree', allowedSha(parent)], { index })]);
    const blobs = output.toString().split('\n');
    const input = files.map(({ path }, number) => `100644 ${blobs[number]}\t${path}\0`).join('');
    const { errors } = await inMirror(mirror, ['update-index', '-z', '--replace', '--index-info'], { index, input });
    // Git says so and goes on; a contract that is not there would be missed much later.
    if (/Ignoring path/.test(errors)) throw new Error(`git cannot hold one of these files: ${errors.trim()}`);
    return (await inMirror(mirror, ['write-tree'], { index })).output.toString().trim();
  });
  return commitTree(mirror, tree, [parent], message, at);
}
