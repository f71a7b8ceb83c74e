import { minutesFor } from '#core/dispatch/limits.ts';
import type { Change, Refusal, Sha, Work } from '#core/types.ts';
import { agentName } from '#engine/attempt/agent-task.ts';
import { startedAt } from '#engine/attempt/commit-message.ts';
import { step } from '#engine/attempt/step.ts';
import type { Ending, Running } from '#engine/attempt.ts';
import { runCommands } from '#engine/commands.ts';
import { judge } from '#engine/guard.ts';

/** Work that passed the guard and its verification, not pushed yet. */
export type Built = { readonly kind: 'built'; readonly work: Work };

/** An attempt that brought nothing. */
export type Failed = Extract<Ending, { readonly kind: 'failure' }>;

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
