import type { Progress } from '#core/types.ts';
import type { AgentOutcome, AgentTask } from '#engine/ports.ts';

/** What a running agent tells on its way. */
export type Report = {
  progress(news: Progress): void;
  /** Its conversation has a name; `resumed`: it is the one that was asked for. */
  session(session: string, resumed: boolean): void;
};

/** One agent on offer, of whatever kind. */
export type Agent = {
  /** Sentences on why it cannot run here, each with what to do; none when it can. */
  problems(): Promise<readonly string[]>;
  /** Works on a task; what happens on the way goes to `report`. Called only without problems. */
  run(task: AgentTask, report: Report, signal: AbortSignal): Promise<AgentOutcome>;
};
