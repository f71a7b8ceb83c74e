import type { AgentOutcome, AgentTask } from '#engine/ports.ts';
import type { Bounds, Ended } from './process.ts';

/** The limits of a task in the units of a process: minutes and megabytes become milliseconds and bytes. */
export function boundsOf(limits: AgentTask['limits']): Bounds {
  return { wall: limits.timeout * 60_000, silence: limits.stall * 60_000, output: limits.output * 1_000_000 };
}

/** What became of an agent whose process ended; `summary` is what it said of its work, used when it is done. */
export function outcomeOf(
  ended: Ended,
  summary: string,
  known: { readonly cost?: number; readonly session?: string } = {},
): AgentOutcome {
  const { ending, tail } = ended;
  const cost = known.cost === undefined ? {} : { cost: known.cost };
  switch (ending.kind) {
    case 'exit':
      return ending.status === 0
        ? { kind: 'done', summary, ...known }
        : { kind: 'exit', status: ending.status, tail, ...cost };
    case 'timeout':
    case 'stalled':
      return { kind: ending.kind, tail, ...cost };
    case 'disk':
    case 'memory':
    case 'processes':
      return { ...ending, ...cost };
    case 'output':
    case 'cancelled':
      return { kind: ending.kind, ...cost };
    case 'unstarted':
      return { kind: 'unavailable', what: `the agent could not be started: ${ending.why}` };
  }
}
