import { goOnPrompt } from '#core/dispatch/going-on.ts';
import { stripHidden } from '#core/intake/hidden-text.ts';
import type { Fix, Sha } from '#core/types.ts';
import { itemBranchGone } from '#core/words/branches.ts';
import { readTrailers } from '#core/words/names.ts';
import { bringIn, headsIn, otherSide, otherTip } from '#engine/attempt/other-side.ts';
import { remarksSince } from '#engine/attempt/remarks.ts';
import type { StartingPoint } from '#engine/attempt/starting-point.ts';
import { verifyCommit } from '#engine/attempt/verify-commit.ts';
import type { Running } from '#engine/attempt.ts';

/** What an attempt that goes on with a member knows beyond a fresh one. */
export type GoingOn = {
  /** Parents of the commit that is built: the member's head, and what was merged into it. */
  readonly parents: readonly Sha[];
  /** What all changes of the member are counted from. */
  readonly since: Sha;
  /** Everything since then is guarded, not only what this agent adds: what people pushed was not let in. */
  readonly guardsAll: boolean;
  /** Files in which git left markers, each with how many lines of markers it had on either side. */
  readonly conflicted: readonly { readonly path: string; readonly markers: number }[];
  /** Commands of the plan that must pass as well. */
  readonly commands: readonly string[];
  /** What the agent is told below the prompt of the item. */
  readonly prompt: string;
  /** The agent's earlier conversation. */
  readonly session?: { readonly agent: string; readonly session: string };
};

/** Where an agent starts that goes on with a member: its branch, and, against a conflict, the other side merged in with markers. */
export const goOnWith = async (running: Running, fix: Fix, afterCrash: boolean): Promise<StartingPoint> => {
  const { ports, plan, item } = running;
  const { git } = ports;
  await git.fetch(plan.repository);
  const found = await git.head(plan.repository, item.branch);
  if (found === undefined && fix.why?.kind === 'branch-moved')
    return { kind: 'failure', failure: { kind: 'unavailable', what: itemBranchGone(item.branch) } };
  const head = found ?? fix.work.head;
  const tip = await otherTip(running, fix, head);
  const pushed = afterCrash && found !== undefined ? await pushedBefore(running, fix, found, tip) : undefined;
  if (pushed !== undefined) return pushed;
  const remarks = await remarksSince(ports, plan, fix.pull, head);
  const merges = tip !== undefined && !(await git.isAncestor(plan.repository, tip, head));
  const merged = merges ? await bringIn(running, fix, head, tip) : undefined;
  if (merged !== undefined && 'why' in merged)
    return { kind: 'failure', failure: { kind: 'unavailable', what: merged.why } };
  const since = merges ? tip : fix.work.base;
  const commands = tip === undefined ? [] : plan.settings.verify;
  const on = merges ? { ...fix.work.on, ...headsIn(running) } : fix.work.on;
  const known = { ...(on === undefined ? {} : { on }), expected: found };
  const isSolved = merged?.conflicts.length === 0 && fix.why?.kind === 'conflict';
  if (merged !== undefined && isSolved && fix.text === '' && remarks.length === 0) {
    // What stood against it is gone: nothing is left for an agent to do.
    const changes = await git.changes(plan.repository, since, merged.commit);
    const candidate = { base: since, commit: merged.commit, changes, commands, unstorable: [], summary: '' };
    const built = await verifyCommit(running, {
      ...candidate,
      ...(head === fix.work.head ? { guarded: { from: merged.commit, changes: [] } } : {}),
      promptHash: fix.work.prompt,
      ...known,
    });
    return built.kind === 'failure' ? built : { kind: 'adopted', built, expected: found };
  }
  const goingOn: GoingOn = {
    parents: merges ? [head, tip] : [head],
    since,
    // Also what somebody pushed a moment ago and nobody looked at yet.
    guardsAll: fix.why?.kind === 'outside-scope' || fix.why?.kind === 'branch-moved' || head !== fix.work.head,
    conflicted: merged?.markers ?? [],
    commands,
    prompt: goOnPrompt({
      issue: item.issue,
      by: fix.by,
      text: stripHidden(fix.text).text,
      remarks,
      commands,
      ...(fix.why === undefined ? {} : { why: fix.why }),
      ...(merges && merged !== undefined ? { other: otherSide(running, fix, [head, tip], merged.conflicts) } : {}),
    }),
    ...(fix.work.session === undefined ? {} : { session: { agent: fix.work.agent, session: fix.work.session } }),
  };
  return { kind: 'fresh', base: merged?.commit ?? head, goingOn, ...known };
};

/** A start of this fix that died had pushed already: its commit is guarded and verified again instead of paid for again. */
const pushedBefore = async (
  running: Running,
  fix: Fix,
  found: Sha,
  tip: Sha | undefined,
): Promise<StartingPoint | undefined> => {
  const { ports, plan, item } = running;
  const trailers = readTrailers(await ports.git.message(plan.repository, found));
  const approval = 'approval' in plan.state ? plan.state.approval.hash : '';
  const isOurs = trailers?.item === `${plan.id}/${item.issue}` && trailers.approval === approval;
  if (!isOurs || found === fix.work.head || trailers.attempt <= fix.work.attempt) return undefined;
  const [parent, merged] = await ports.git.parents(plan.repository, found);
  const since = merged ?? fix.work.base;
  const changes = await ports.git.changes(plan.repository, since, found);
  const from = merged ?? parent ?? since;
  const guarded = { from, changes: await ports.git.changes(plan.repository, from, found) };
  const on = merged === undefined ? fix.work.on : { ...fix.work.on, ...headsIn(running) };
  const built = await verifyCommit(running, {
    base: since,
    commit: found,
    changes,
    guarded,
    commands: tip === undefined ? [] : plan.settings.verify,
    unstorable: [],
    summary: '',
    promptHash: '',
    ...(on === undefined ? {} : { on }),
  });
  return built.kind === 'failure' ? built : { kind: 'adopted', built, expected: found };
};
