import type { CommandResult } from '#core/types.ts';
import type { Ports, Worktree } from '#engine/ports.ts';

/** Runs commands one after another in a worktree; the first that fails is the last that ran. */
export const runCommands = async (
  ports: Ports,
  worktree: Worktree,
  commands: readonly string[],
  options: { readonly minutes: number; readonly network: boolean },
  signal: AbortSignal,
): Promise<readonly CommandResult[]> => {
  const results: CommandResult[] = [];
  for (const command of commands) {
    signal.throwIfAborted();
    const result = await ports.agents.command(worktree, command, options, signal);
    signal.throwIfAborted();
    results.push(result);
    if (!result.ok) break;
  }
  return results;
};
