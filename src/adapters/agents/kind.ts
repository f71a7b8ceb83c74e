import type { AgentOutcome, AgentTask } from '#engine/ports.ts';

/** One agent on offer, of whatever kind. */
export type Agent = {
  /** Sentences on why it cannot run here, each with what to do; none when it can. */
  problems(): readonly string[];
  /** Works on a task; progress goes to `report`. Called only without problems. */
  run(task: AgentTask, report: (text: string) => void, signal: AbortSignal): Promise<AgentOutcome>;
};
