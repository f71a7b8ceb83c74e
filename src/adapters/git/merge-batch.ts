/** Many merges by few processes. */
import { availableParallelism } from 'node:os';
import type { Sha } from '#core/types.ts';
import { readPast } from './ask-merge-tree.ts';
import type { GitPlace } from './attributes.ts';
import { GitFailure } from './git.ts';
import { type MergedTrees, mergeTrees } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';
import { asBranchesKnow } from './moved-aside.ts';
import { inMirror } from './read.ts';

export type ToMerge = readonly [into: Sha, head: Sha];

/** Fewer merges than this are not worth a second process. */
const WORTH_A_PROCESS = 100;

/** Merges every pair, in order; as many processes at once as the machine has cores. */
export async function mergeBatch(
  folder: GitFolder,
  place: GitPlace,
  merges: readonly ToMerge[],
): Promise<MergedTrees[]> {
  const processes = Math.max(1, Math.min(availableParallelism(), Math.floor(merges.length / WORTH_A_PROCESS)));
  const share = Math.ceil(merges.length / processes);
  const shares = Array.from({ length: processes }, (_, at) => merges.slice(at * share, (at + 1) * share));
  return (await Promise.all(shares.map((one) => mergeShare(folder, place, one)))).flat();
}

/**
 * One process: all input is written, then closed, because git 2.39 answers late and talking back and forth deadlocks.
 * One pair that cannot be merged ends the process: it is merged alone, to hear why, and the rest goes on.
 */
async function mergeShare(folder: GitFolder, place: GitPlace, merges: readonly ToMerge[]): Promise<MergedTrees[]> {
  const [first] = merges;
  if (first === undefined) return [];
  if (merges.length === 1) return [await mergeAlone(folder, place, first)];
  const input = merges.map(([into, head]) => `${into} ${head}\n`).join('');
  const args = ['merge-tree', '--write-tree', '--stdin', '--name-only', '--no-messages'];
  try {
    const call = { ...place.call, input, answers: [0, 1, 128], seconds: 1800 };
    const { status, output, errors } = await inMirror(folder, [...place.settings, ...args], call);
    // One of them lacks a tree, and only alone it tells which.
    if (readPast(errors) !== undefined) return await inHalves(folder, place, merges);
    const done = recordsOf(output, merges);
    if (status === 0 && done.length === merges.length) return done;
    if (isFull(errors)) throw new GitFailure('merge-tree', 'the disk is full', { status, errors });
    const alone = await mergeShare(folder, place, merges.slice(done.length, done.length + 1));
    return [...done, ...alone, ...(await mergeShare(folder, place, merges.slice(done.length + 1)))];
  } catch (failure) {
    // An abort loses the answers that git had not written out yet: the halves are asked again.
    if (!(failure instanceof GitFailure) || (failure.killed !== 'SIGABRT' && failure.killed !== 'SIGSEGV'))
      throw failure;
    return inHalves(folder, place, merges);
  }
}

async function inHalves(folder: GitFolder, place: GitPlace, merges: readonly ToMerge[]): Promise<MergedTrees[]> {
  const half = Math.ceil(merges.length / 2);
  const left = await mergeShare(folder, place, merges.slice(0, half));
  return [...left, ...(await mergeShare(folder, place, merges.slice(half)))];
}

/** A pair that git cannot read at all is told as such; a forecast is no reason to fail for all the others. */
async function mergeAlone(folder: GitFolder, place: GitPlace, [into, head]: ToMerge): Promise<MergedTrees> {
  try {
    return await mergeTrees(folder, place, into, head);
  } catch (failure) {
    const unreadable = failure instanceof GitFailure && (failure.status === 1 || failure.status === 128);
    if (!unreadable || isFull(failure.errors)) throw failure;
    return { clean: false, files: [], why: failure.message, broken: true };
  }
}

function isFull(errors: string): boolean {
  return /No space left|Disk quota/i.test(errors);
}

/** `status NUL tree NUL (file NUL)* NUL`, where the status is 1 for clean: the inverse of the exit status. */
function recordsOf(output: Buffer, merges: readonly ToMerge[]): MergedTrees[] {
  const parts = output.toString('utf8').split('\0');
  const records: MergedTrees[] = [];
  for (let at = 0; at + 2 < parts.length; ) {
    const end = parts.indexOf('', at + 2);
    if (end < 0) break;
    const [status, tree = '', ...files] = parts.slice(at, end);
    const [into, head] = merges[records.length] ?? ['', ''];
    records.push(status === '1' ? { clean: true, tree } : { clean: false, files: asBranchesKnow(files, into, head) });
    at = end + 1;
  }
  return records;
}
