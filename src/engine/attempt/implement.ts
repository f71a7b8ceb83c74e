import { minutesFor } from '#core/dispatch/limits.ts';
import { prompt } from '#core/dispatch/prompt.ts';
import type { Change, Refusal, Sha, Step, Work } from '#core/types.ts';
import { handOver } from '#core/words/hand-over.ts';
import { attemptTrailers } from '#core/words/names.ts';
import { title } from '#core/words/safe.ts';
import { agentName, agentTask } from '#engine/attempt/agent-task.ts';
import { leftBehind } from '#engine/attempt/checkpoint.ts';
import { unresolved } from '#engine/attempt/going-on.ts';
import { failureOf, runAgent } from '#engine/attempt/run-agent.ts';
import type { StartingPoint } from '#engine/attempt/starting-point.ts';
import type { Ending, Running } from '#engine/attempt.ts';
import { runCommands } from '#engine/commands.ts';
import { judge } from '#engine/guard.ts';
import { turn } from '#engine/turn.ts';

/** Work that passed the guard and its verification, not pushed yet. */
export type Built = { readonly kind: 'built'; readonly work: Work };

type Failed = Extract<Ending, { readonly kind: 'failure' }>;

/** A commit to be judged: what it changes on what, and where it comes from. */
type Candidate = {
  readonly base: Sha;
  readonly commit: Sha;
  readonly changes: readonly Change[];
  /** What the guard judges, where that is not all since `base`: of a member, what the agent added. */
  readonly guarded?: { readonly from: Sha; readonly changes: readonly Change[] };
  /** Commands that must pass besides the item's own. */
  readonly commands?: readonly string[];
  readonly on?: Readonly<Record<number, Sha>>;
  readonly unstorable: readonly Refusal[];
  readonly summary: string;
  readonly promptHash: string;
  readonly session?: string;
  readonly cost?: number;
};

/** Runs the agent in a fresh worktree, builds the commit from its files, guards and verifies it. */
export const implement = async (
  running: Running,
  { base, on, goingOn }: Pick<Extract<StartingPoint, { readonly kind: 'fresh' }>, 'base' | 'on' | 'goingOn'>,
): Promise<Built | Failed> => {
  const { ports, plan, item, signal } = running;
  const before = await leftBehind(running, base);
  const worktree = await ports.git.addWorktree(plan.repository, running.name, base, before?.left.commit);
  const setUp = await runCommands(
    ports,
    worktree,
    plan.settings.setup,
    { minutes: minutesFor(item, plan.settings), network: true },
    signal,
  );
  if (setUp.some((result) => !result.ok)) return { kind: 'failure', failure: { kind: 'setup', results: setUp } };
  await step(running, 'implement');
  const text = [
    prompt(plan, item),
    ...(goingOn === undefined ? [] : [goingOn.prompt]),
    ...(before === undefined ? [] : [handOver(item, before.left, before.changes, running.after)]),
  ].join('\n');
  const outcome = await runAgent(running, agentTask(running, worktree, text, { left: before?.left, goingOn }));
  running.release();
  const cost = 'cost' in outcome && outcome.cost !== undefined ? { cost: outcome.cost } : {};
  if (outcome.kind !== 'done') return { kind: 'failure', failure: failureOf(running, outcome), ...cost };
  await step(running, 'guard');
  const { tree, changes, unstorable } = await ports.git.snapshot(plan.repository, worktree);
  // Of a conflict without markers, one side may be right as it stands.
  if (changes.length === 0 && unstorable.length === 0 && (goingOn?.conflicted.length ?? 0) === 0)
    return { kind: 'failure', failure: { kind: 'no-changes' }, ...cost };
  const parents = goingOn?.parents ?? [base];
  const commit = await ports.git.commitTree(plan.repository, tree, parents, commitMessage(running), startedAt(running));
  const left = goingOn === undefined ? [] : await unresolved(running, goingOn, commit);
  if (left.length > 0) return { kind: 'failure', failure: { kind: 'unresolved', files: left }, ...cost };
  const all = goingOn === undefined ? changes : await ports.git.changes(plan.repository, goingOn.since, commit);
  return verifyCommit(running, {
    base: goingOn?.since ?? base,
    commit,
    changes: all,
    ...(goingOn === undefined || goingOn.guardsAll ? {} : { guarded: { from: base, changes } }),
    commands: goingOn?.commands ?? [],
    ...(on === undefined ? {} : { on }),
    unstorable,
    summary: outcome.summary,
    ...(outcome.session === undefined ? {} : { session: outcome.session }),
    promptHash: ports.hash(text),
    ...cost,
  });
};

/** Guards a commit and runs the item's commands on a clean checkout of it: what is pushed is what was tested. */
export const verifyCommit = async (running: Running, candidate: Candidate): Promise<Built | Failed> => {
  const { ports, plan, item, signal } = running;
  const cost = candidate.cost === undefined ? {} : { cost: candidate.cost };
  const { refused, added } = await judge(ports, plan, item, {
    from: candidate.guarded?.from ?? candidate.base,
    to: candidate.commit,
    changes: candidate.guarded?.changes ?? candidate.changes,
    unstorable: candidate.unstorable,
  });
  if (refused.length > 0) return { kind: 'failure', failure: { kind: 'guard', refused }, ...cost };
  await step(running, 'verify');
  const minutes = minutesFor(item, plan.settings);
  let verification: Work['verification'] = [];
  const commands = [...item.text.commands, ...(candidate.commands ?? [])];
  if (commands.length > 0) {
    const clean = await ports.git.addWorktree(plan.repository, `${running.name}-verify`, candidate.commit);
    const setUp = await runCommands(ports, clean, plan.settings.setup, { minutes, network: true }, signal);
    if (setUp.some((result) => !result.ok))
      return { kind: 'failure', failure: { kind: 'setup', results: setUp }, ...cost };
    verification = await runCommands(ports, clean, commands, { minutes, network: false }, signal);
    if (verification.some((result) => !result.ok))
      return { kind: 'failure', failure: { kind: 'verification', results: verification }, ...cost };
  }
  return {
    kind: 'built',
    work: {
      attempt: running.attempt,
      head: candidate.commit,
      base: candidate.base,
      changes: candidate.changes,
      verification,
      agent: agentName(ports, plan, item),
      sandbox: ports.agents.containment.kind,
      seconds: (Date.parse(ports.clock.now()) - Date.parse(startedAt(running))) / 1_000,
      summary: candidate.summary,
      prompt: candidate.promptHash,
      ...(candidate.on === undefined || Object.keys(candidate.on).length === 0 ? {} : { on: candidate.on }),
      ...(added.length === 0 ? {} : { added }),
      ...(candidate.session === undefined ? {} : { session: candidate.session }),
      ...cost,
    },
  };
};

const step = async ({ ports, plan, item, attempt, claim, name }: Running, to: Step): Promise<void> => {
  await turn(ports, plan.id, {
    kind: 'attempt-stepped',
    id: `${name}-${to}-${claim}`,
    at: ports.clock.now(),
    item: item.issue,
    attempt,
    claim,
    step: to,
  });
};

/** When this start of the agent began; commits that the app builds for it carry it. */
export const startedAt = ({ item }: Running): string => (item.state.name === 'running' ? item.state.startedAt : '');

/** The message of the commit that an attempt builds, with the trailers by which it is known again. */
export const commitMessage = ({ plan, item, attempt }: Running): string => {
  const approval = 'approval' in plan.state ? plan.state.approval.hash : '';
  return `${title(item.text.title)}\n\nWork on issue ${item.issue} by an agent, built and checked by the app.\n\n${attemptTrailers(plan.id, item.issue, attempt, approval)}\n`;
};
