/** Resolvers: what can be settled by rule after git merged two branches, or could not. */
import { concernsLocks, forgottenLocks, isLock, staleLocks } from '#core/integrate/resolve/lock-files.ts';
import { isJsonManifest } from '#core/integrate/resolve/manifests.ts';
import type { Instant, Resolved, Sha } from '#core/types.ts';
import { commonManifests } from '#engine/integrate/resolve/common-manifests.ts';
import { settleConflicts } from '#engine/integrate/resolve/conflicts.ts';
import { settleDoubledKeys } from '#engine/integrate/resolve/doubled-keys.ts';
import { format } from '#engine/integrate/resolve/format.ts';
import { makeAgain } from '#engine/integrate/resolve/lock.ts';
import { changedNeeds } from '#engine/integrate/resolve/needs.ts';
import type { Draft, ResolvePlace, Unsettled } from '#engine/integrate/resolve/place.ts';
import type { Conflicted, MergeObjects, MergeOutcome, TreeEntry } from '#engine/ports.ts';

/** A merge as git left it. `base` is the base of the chain; `message` and `at` are those of the merge commit. */
export type ToResolve = {
  readonly base: Sha;
  readonly into: Sha;
  readonly head: Sha;
  readonly outcome: MergeOutcome;
  readonly message: string;
  readonly at: Instant;
};

/** `why`: a sentence on what stopped a resolver, with what to do by hand. */
export type Resolution =
  | { readonly clean: true; readonly commit: Sha; readonly resolved: readonly Resolved[] }
  | { readonly clean: false; readonly files: readonly string[]; readonly why?: string };

/**
 * Settles a merge by rule, all of it or nothing: JSON manifests by key, imports by union, lock files made again, also
 * after a clean merge. Throws only on abort, when git itself fails, and when commands cannot be run at all.
 */
export const resolve = async (place: ResolvePlace, merge: ToResolve, signal: AbortSignal): Promise<Resolution> => {
  signal.throwIfAborted();
  const { outcome, into, head, message, at } = merge;
  if (outcome.clean && !outcome.brought.some(concerns)) return unchanged(outcome.commit);
  // Unrelated histories, colliding names, what git cannot read: nothing that could be settled in a file.
  if (!outcome.clean && outcome.why !== undefined) return outcome;
  const { objects } = place;
  const conflict = outcome.clean ? undefined : await objects.conflicted(into, head);
  const begun = outcome.clean ? { tree: outcome.tree, resolved: [] } : await begin(place, merge, conflict);
  if ('files' in begun) return { clean: false, ...begun };
  const rest = await settleRest(place, merge, begun, conflict, signal);
  if ('files' in rest) return { clean: false, ...rest };
  const settled = await format(place, merge, rest, signal);
  if (outcome.clean && settled.tree === outcome.tree) return unchanged(outcome.commit);
  const clash = await objects.collisions(into, settled.tree);
  if (clash.length > 0) return { clean: false, files: clash };
  const commit = await objects.commitTree(settled.tree, [into, head], message, at);
  return { clean: true, commit, resolved: settled.resolved };
};

const unchanged = (commit: Sha): Resolution => ({ clean: true, commit, resolved: [] });

const concerns = (path: string): boolean => concernsLocks(path) || isJsonManifest(path);

/**
 * What each side contributed to the result: where that differs from the other side. By the names of the result, since one
 * side may have moved what the other one changed.
 */
const contributions = async (
  objects: MergeObjects,
  { into, head }: ToResolve,
  tree: Sha,
): Promise<readonly [ours: readonly string[], theirs: readonly string[]]> => {
  const [mine, other, result] = await Promise.all([into, head, tree].map((one) => objects.entries(one, concerns)));
  if (mine === undefined || other === undefined || result === undefined) throw new Error('three trees were asked for');
  const differing = (from: ReadonlyMap<string, TreeEntry>): readonly string[] =>
    [...new Set([...from.keys(), ...result.keys()])].filter((path) => from.get(path)?.id !== result.get(path)?.id);
  return [differing(other), differing(mine)];
};

const begin = async (
  { objects }: ResolvePlace,
  { into, head }: ToResolve,
  conflict: Conflicted | undefined,
): Promise<Draft | Unsettled> => {
  if (conflict === undefined) throw new Error('a merge that is not clean has a conflict');
  return settleConflicts(objects, conflict, await commonManifests(objects, conflict, [into, head]));
};

/** What both sides touched, conflict or not: manifests first, then the lock files that speak for them. */
const settleRest = async (
  place: ResolvePlace,
  merge: ToResolve,
  begun: Draft,
  conflict: Conflicted | undefined,
  signal: AbortSignal,
): Promise<Draft | Unsettled> => {
  const { objects } = place;
  const [ours, theirs] = await contributions(objects, merge, begun.tree);
  const both = ours.filter((path) => theirs.includes(path));
  let draft = await settleDoubledKeys(objects, merge, begun, both);
  if ('files' in draft) return draft;
  // A link is as good as what it leads to.
  const entries = [...(await objects.entries(draft.tree, isLock))].filter(([, { mode }]) => mode.startsWith('100'));
  const locks = entries.map(([path]) => path);
  const inConflict = new Set(conflict?.conflicts.map(({ path }) => path));
  const mine = await changedNeeds(objects, merge.head, draft.tree, ours);
  const other = await changedNeeds(objects, merge.into, draft.tree, theirs);
  const stale = new Set(staleLocks(locks, mine, other));
  const forgotten = new Set(forgottenLocks(locks, other));
  for (const path of locks) {
    signal.throwIfAborted();
    const must = stale.has(path) || inConflict.has(path);
    if (!must && !forgotten.has(path)) continue;
    const next = await makeAgain(place, merge, draft, { path, conflicted: inConflict.has(path) }, signal);
    if (!('files' in next)) draft = next;
    // What the member alone forgot is mended if it can be; its verification tells otherwise.
    else if (must) return next;
  }
  return draft;
};
