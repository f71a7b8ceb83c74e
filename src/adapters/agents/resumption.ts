import type { AgentOutcome, AgentTask } from '#engine/ports.ts';

/** How a start ended. `spoke`: it got as far as naming its conversation. */
export type Tried = { readonly outcome: AgentOutcome; readonly spoke: boolean };

/** Runs a task; one whose earlier conversation cannot be gone on with begins a new one, with the whole prompt. */
export async function withOrWithoutMemory(
  task: AgentTask,
  run: (task: AgentTask) => Promise<Tried>,
): Promise<AgentOutcome> {
  const { outcome, spoke } = await run(task);
  if (task.resume === undefined || spoke || outcome.kind !== 'exit') return outcome;
  const { resume: _forgotten, ...anew } = task;
  return (await run(anew)).outcome;
}
