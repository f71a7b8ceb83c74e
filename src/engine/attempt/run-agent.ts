import { minutesFor } from '#core/dispatch/limits.ts';
import type { Failure } from '#core/types.ts';
import { keepCheckpoints } from '#engine/attempt/checkpoint.ts';
import { tellProgress } from '#engine/attempt/progress.ts';
import type { Running } from '#engine/attempt.ts';
import type { AgentOutcome, AgentTask } from '#engine/ports.ts';

/** Runs an agent to its end: what it does is shown, what it has is kept at an interval. */
export const runAgent = async (running: Running, given: AgentTask): Promise<AgentOutcome> => {
  const { ports, plan, item, signal } = running;
  const progress = tellProgress(running);
  const checkpoints = keepCheckpoints(running, given.worktree, given.agent);
  try {
    for await (const event of ports.agents.start(given, signal)) {
      if (event.kind === 'ended') return event.outcome;
      checkpoints.heard(event);
      if (event.kind !== 'progress') continue;
      progress.seen({ what: event.what, text: event.text });
      ports.log.info({ plan: plan.issue, item: item.issue }, `Agent: ${event.text.slice(0, 200)}`);
    }
    throw new Error('The agent gave no outcome.');
  } finally {
    progress.close();
    await checkpoints.close();
  }
};

/** Why an attempt whose agent ended so brought nothing. */
export const failureOf = (
  { ports, plan, item }: Running,
  outcome: Exclude<AgentOutcome, { readonly kind: 'done' }>,
): Failure => {
  switch (outcome.kind) {
    case 'exit':
      return { kind: 'exit', status: outcome.status, tail: outcome.tail };
    case 'timeout':
      return { kind: 'timeout', minutes: minutesFor(item, plan.settings), tail: outcome.tail };
    case 'stalled':
      return { kind: 'stalled', minutes: ports.limits.stall, tail: outcome.tail };
    case 'output':
      return { kind: 'output', megabytes: ports.limits.output };
    case 'disk':
    case 'memory':
    case 'processes':
      return { kind: outcome.kind, limit: outcome.limit };
    case 'budget':
      return { kind: 'budget', spent: outcome.spent };
    case 'cancelled':
      return { kind: 'infrastructure', what: 'the worker was stopped' };
    case 'put-off':
      return { kind: 'infrastructure', what: outcome.what };
    case 'unavailable':
      return { kind: 'unavailable', what: outcome.what };
  }
};
