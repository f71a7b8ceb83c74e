import { isCandidate } from '#core/integrate/resolve/candidate.ts';
import { isLock } from '#core/integrate/resolve/lock-files.ts';
import type { Sha } from '#core/types.ts';
import { settleConflicts } from '#engine/integrate/resolve/conflicts.ts';
import type { Conflict, MergeObjects } from '#engine/ports.ts';

/** Two commits that git does not merge. `passing`: one of them is a checkpoint that the next replaces. */
export type Clash = {
  readonly into: Sha;
  readonly head: Sha;
  readonly files: readonly string[];
  readonly passing: boolean;
};

/** Conflicts that are looked into at once; of more, names alone decide. */
const MOST = 60;

/**
 * Which of these conflicts a round would settle by rule, in order. A forecast: no tool runs. Of what passes, and of very many,
 * only those count that are about lock files alone.
 */
export const wouldSettle = async (objects: MergeObjects, clashes: readonly Clash[]): Promise<readonly boolean[]> => {
  const answers: boolean[] = [];
  let asked = 0;
  for (const { into, head, files, passing } of clashes) {
    const byName = files.length > 0 && files.every(isLock);
    const asks = files.length > 0 && files.every(isCandidate) && !passing && asked < MOST;
    if (asks) asked += 1;
    // The whole matrix does not wait for one pair that git fails over when it is asked again.
    answers.push(asks ? await settles(objects, into, head).catch(() => byName) : byName);
  }
  return answers;
};

const settles = async (objects: MergeObjects, into: Sha, head: Sha): Promise<boolean> => {
  const found = await objects.conflicted(into, head);
  if (found === undefined || !found.inContents) return false;
  const conflicts = found.conflicts.filter((conflict) => !isChangedLock(conflict));
  if (conflicts.length === 0) return true;
  // Nothing is to be written for a question.
  const reading = { ...objects, withFiles: (tree: Sha) => Promise.resolve(tree) };
  return !('files' in (await settleConflicts(reading, { ...found, conflicts })));
};

/** Its tool makes it again, whatever stands in it. */
const isChangedLock = ({ path, ours, theirs }: Conflict): boolean =>
  isLock(path) && ours !== undefined && ours.mode.startsWith('100') && ours.mode === theirs?.mode;
