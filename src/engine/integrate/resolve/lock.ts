import { isWhole, type LockTool, lockTool, UNSURE } from '#core/integrate/resolve/lock-files.ts';
import { posix } from '#core/integrate/resolve/path.ts';
import { isReadableLock } from '#core/integrate/resolve/readable.ts';
import { isUnreachable } from '#core/integrate/resolve/unreachable.ts';
import type { CommandResult, Resolved, Sha } from '#core/types.ts';
import { madeAgain, notMadeAgain } from '#core/words/resolved.ts';
import { recallFiles, recordFiles } from '#engine/integrate/resolve/kept-files.ts';
import type { Draft, ResolvePlace, Unsettled } from '#engine/integrate/resolve/place.ts';
import { oneArgument } from '#engine/integrate/resolve/shell.ts';
import type { ToResolve } from '#engine/integrate/resolve.ts';
import type { TreeEntry } from '#engine/ports.ts';

/** A lock file that both sides had a hand in. `conflicted`: git could not merge it, it holds where its tool shall begin. */
export type Stale = { readonly path: string; readonly conflicted: boolean };

/** What one run needs to know. `before`: the files that the tool may change, as they stand in the tree. */
type Run = {
  readonly place: ResolvePlace;
  readonly merge: ToResolve;
  readonly path: string;
  readonly tool: LockTool;
  readonly before: ReadonlyMap<string, TreeEntry>;
  readonly signal: AbortSignal;
};

/**
 * Makes a lock file again with its tool, from what the merge left of it; what git merged and the tool cannot read, from
 * ours. Only the lock file is taken over of what the tool wrote. A result that is no change is no action.
 */
export const makeAgain = async (
  place: ResolvePlace,
  merge: ToResolve,
  draft: Draft,
  { path, conflicted }: Stale,
  signal: AbortSignal,
): Promise<Draft | Unsettled> => {
  const { objects } = place;
  const folder = posix.folder(path);
  const before = await objects.entries(draft.tree, (one) => posix.folder(one) === folder);
  const text = await textAt(place, before.get(path));
  const tool = text === undefined ? undefined : lockTool(path, text);
  if (tool === undefined) return { files: [path] };
  const mayChange = new Set([path, ...tool.also.map((name) => posix.join(folder, name))]);
  const run: Run = {
    place,
    merge,
    path,
    tool,
    before: new Map([...before].filter(([name]) => mayChange.has(name))),
    signal,
  };
  const made = await makeSomehow(run, draft.tree, isReadableLock(path, text ?? ''));
  if ('failed' in made)
    return { files: [path], why: notMadeAgain(path, tool.command, made.failed, isUnreachable(made.failed)) };
  const after = await objects.entries(made.tree, (one) => mayChange.has(one));
  const known = new Set(draft.resolved.map((one) => one.path));
  const actions = [...after].flatMap(([name, { id }]): Resolved[] => {
    const same = before.get(name)?.id === id && !(name === path && conflicted);
    return same || known.has(name) ? [] : [{ path: name, how: 'lock-file', words: madeAgain(tool.command) }];
  });
  return { tree: made.tree, resolved: [...draft.resolved, ...actions] };
};

/**
 * From what the tree has, or from ours: at once when that cannot be read, else when the tool fails, or what it made of it
 * does not hold together. Where neither does, it was so before.
 */
const makeSomehow = async (run: Run, tree: Sha, readable: boolean): Promise<MadeOrNot> => {
  const made = readable ? await makeFrom(run, tree) : undefined;
  if (made !== undefined && ('tree' in made ? made.sure : isInVain(made.failed))) return made;
  const ours = await withOurs(run, tree);
  if (ours === undefined) return made ?? makeFrom(run, tree);
  const anew = await makeFrom(run, ours);
  return made !== undefined && 'tree' in made && !('tree' in anew && anew.sure) ? made : anew;
};

/** Trying again would end the same: there is no tool, or nobody answers it. */
const isInVain = (failed: CommandResult): boolean => failed.status === 127 || isUnreachable(failed);

/** `sure`: the tool's check passed, if it has one. */
type MadeOrNot = { readonly tree: Sha; readonly sure: boolean } | { readonly failed: CommandResult };

/** What was tried at a place, by tree and command: what failed is not tried again while one chain is built. */
const tried = new WeakMap<ResolvePlace, Map<string, Promise<MadeOrNot>>>();
/** Lock files of which every try at a place would fail the same, by path. */
const vain = new WeakMap<ResolvePlace, Map<string, CommandResult>>();

/** Runs the tool on a tree, or finds what an earlier run made of that tree. */
const makeFrom = (run: Run, tree: Sha): Promise<MadeOrNot> => {
  const { place, path, tool } = run;
  const name = `lock-${tree}-${place.hash(JSON.stringify([path, tool.command])).slice(0, 16)}`;
  const known = tried.get(place) ?? new Map<string, Promise<MadeOrNot>>();
  tried.set(place, known);
  const made = known.get(name) ?? remembered(run, tree, name);
  known.set(name, made);
  // What could not be asked may be asked again.
  made.catch(() => known.delete(name));
  return made;
};

const remembered = async (run: Run, tree: Sha, name: string): Promise<MadeOrNot> => {
  const { place, path, before, signal } = run;
  const { objects } = place;
  const put = (files: ReadonlyMap<string, Uint8Array>): Promise<Sha> =>
    objects.withFiles(
      tree,
      [...files].map(([one, content]) => ({ path: one, mode: before.get(one)?.mode ?? '100644', content })),
    );
  for (const sure of [true, false]) {
    const known = await recallFiles(place, named(name, sure));
    if (known !== undefined) return { tree: await put(known), sure };
  }
  const inVain = vain.get(place) ?? new Map<string, CommandResult>();
  vain.set(place, inVain);
  const failed = inVain.get(path);
  if (failed !== undefined) return { failed };
  const { result, files } = await started(run, tree);
  signal.throwIfAborted();
  if (result.unasked === true)
    throw new Error(`${path} could not be made again now: ${result.why ?? 'the command was not run'}`);
  const lock = files.get(path);
  const whole = lock !== undefined && isWhole(path, (await textAt(place, before.get(path))) ?? '', decoded(lock));
  if (isInVain(result)) inVain.set(path, result);
  if (!(result.ok || result.status === UNSURE) || !whole) return { failed: result };
  const made = await put(files);
  await recordFiles(place, named(name, result.ok), made, [...files.keys()]);
  return { tree: made, sure: result.ok };
};

const named = (name: string, sure: boolean): string => (sure ? name : `${name}-unsure`);

/** The tool's command in a clean checkout of the tree. */
const started = async ({ place, merge, path, tool, before, signal }: Run, tree: Sha) => {
  const commit = await place.objects.commitTree(tree, [merge.into], `Make ${path} again`, merge.at);
  const folder = posix.folder(path);
  const settings = Object.entries(tool.environment).map(([key, value]) => `${key}=${oneArgument(value)} `);
  const check = tool.check === undefined ? '' : ` && { ${tool.check} > /dev/null 2>&1 || exit ${UNSURE}; }`;
  const command = `${settings.join('')}${tool.command}${check}`;
  const there = folder === '' ? command : `cd ${oneArgument(`./${folder}`)} && ${command}`;
  return place.run(commit, there, [...before.keys()], signal);
};

/** The tree with the lock file as ours had it; undefined when it is that already. */
const withOurs = async ({ place, merge, path, before }: Run, tree: Sha): Promise<Sha | undefined> => {
  const ours = (await place.objects.entries(merge.into, (one) => one === path)).get(path);
  const content = ours === undefined ? undefined : await place.objects.blob(ours.id);
  if (ours === undefined || content === undefined || ours.id === before.get(path)?.id) return undefined;
  return place.objects.withFiles(tree, [{ path, mode: ours.mode, content }]);
};

const textAt = async ({ objects }: ResolvePlace, entry: TreeEntry | undefined): Promise<string | undefined> => {
  const bytes = entry?.mode.startsWith('100') === true ? await objects.blob(entry.id) : undefined;
  return bytes === undefined ? undefined : decoded(bytes);
};

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
