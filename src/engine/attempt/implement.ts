import { minutesFor } from '#core/dispatch/limits.ts';
import { prompt } from '#core/dispatch/prompt.ts';
import { handOver } from '#core/words/hand-over.ts';
import { agentTask } from '#engine/attempt/agent-task.ts';
import { leftBehind } from '#engine/attempt/checkpoint.ts';
import { commitMessage, startedAt } from '#engine/attempt/commit-message.ts';
import { unresolved } from '#engine/attempt/other-side.ts';
import { failureOf, runAgent } from '#engine/attempt/run-agent.ts';
import type { StartingPoint } from '#engine/attempt/starting-point.ts';
import { step } from '#engine/attempt/step.ts';
import { type Built, type Failed, verifyCommit } from '#engine/attempt/verify-commit.ts';
import type { Running } from '#engine/attempt.ts';
import { runCommands } from '#engine/commands.ts';

/** Runs the agent in a fresh worktree, builds the commit from its files, guards and verifies it. */
export const implement = async (
  running: Running,
  { base, on, goingOn }: Pick<Extract<StartingPoint, { readonly kind: 'fresh' }>, 'base' | 'on' | 'goingOn'>,
): Promise<Built | Failed> => {
  const { ports, plan, item, signal } = running;
  const before = await leftBehind(running, base);
  const worktree = await ports.git.addWorktree(plan.repository, running.name, base);
  const setUp = await runCommands(
    ports,
    worktree,
    plan.settings.setup,
    { minutes: minutesFor(item, plan.settings), network: true },
    signal,
  );
  if (setUp.some((result) => !result.ok)) return { kind: 'failure', failure: { kind: 'setup', results: setUp } };
  // Set-up may reach registries, so it runs what maintainers wrote and nothing of an agent's.
  if (before !== undefined) await ports.git.putFiles(plan.repository, worktree, before.left.commit);
  await step(running, 'implement');
  const text = [
    prompt(plan, item),
    ...(goingOn === undefined ? [] : [goingOn.prompt]),
    ...(before === undefined ? [] : [handOver(item, before.left, before, running.after)]),
  ].join('\n');
  const outcome = await runAgent(running, agentTask(running, worktree, text, { before, goingOn }));
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
