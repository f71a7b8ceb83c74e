import type { GitPlace } from './attributes.ts';
import { type GitAnswer, GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

/**
 * One `git merge-tree`. Some renames of folders make git 2.39 abort, `git merge` too; asked not to look for such renames
 * it answers all the same, so that is asked then, and only then: what people's own git answers is what counts.
 */
export async function askMergeTree(folder: GitFolder, place: GitPlace, args: readonly string[]): Promise<GitAnswer> {
  const ask = (settings: readonly string[]): Promise<GitAnswer> =>
    inMirror(folder, [...place.settings, ...settings, 'merge-tree', '--write-tree', ...args], {
      ...place.call,
      answers: [0, 1],
      seconds: 600,
    });
  try {
    return whole(await ask([]));
  } catch (failure) {
    if (!(failure instanceof GitFailure) || !hasAborted(failure)) throw failure;
    return whole(await ask(['-c', 'merge.directoryRenames=false']));
  }
}

/** A tree that is not there counts as an empty one for git 2.39, which then calls a merge clean that deletes all files. */
export const readPast = (errors: string): string | undefined => /^error: (Could not read [0-9a-f]+)/m.exec(errors)?.[1];

const whole = (answer: GitAnswer): GitAnswer => {
  const missing = readPast(answer.errors);
  if (missing === undefined) return answer;
  throw new GitFailure('merge-tree', missing, { status: 128, errors: answer.errors });
};

/** Did git die of a fault of its own, which it would do again? */
export const hasAborted = ({ killed }: GitFailure): boolean => killed === 'SIGABRT' || killed === 'SIGSEGV';
