import type { Plan, Sha } from '#core/types.ts';
import { checkpointMessage, checkpointName, type Left, readCheckpoint } from '#core/words/checkpoint.ts';
import type { Found } from '#core/words/hand-over.ts';
import type { Running } from '#engine/attempt.ts';
import { judge } from '#engine/guard.ts';
import type { AgentEvent, Worktree } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

/** Longest look at a worktree that somebody works in, milliseconds: an agent may make one that is never done. */
const LONGEST_LOOK = 60_000;

/** How many of an agent's last words and deeds a checkpoint carries. */
const SAID = 12;

/** Where programs of agents look for settings. */
const SETTINGS = /(?:^|\/)\.(?:claude|codex|cursor|gemini|qwen)\/|(?:^|\/)\.mcp\.json$/i;

/** What an earlier attempt left: how it may be gone on with, what it changed, and what of that may not stay. */
export type Before = Found & { readonly left: Left };

/** What an earlier attempt left on this machine for work on `base`. */
export const leftBehind = async ({ ports, plan, item }: Running, base: Sha): Promise<Before | undefined> => {
  const commit = await ports.git.kept(plan.repository, checkpointName(plan.id, item.issue));
  if (commit === undefined) return undefined;
  const [parent] = await ports.git.parents(plan.repository, commit);
  if (parent !== base) return undefined;
  const left = readCheckpoint(commit, await ports.git.message(plan.repository, commit), idOf(plan, item.issue));
  if (left === undefined) return undefined;
  const changes = await ports.git.changes(plan.repository, base, commit);
  // No agent finds settings that an earlier one left for it (safety.md row 11).
  if (changes.some(({ path }) => SETTINGS.test(path))) return undefined;
  const { refused } = await judge(ports, plan, item, { from: base, to: commit, changes, unstorable: [] });
  return { left, changes, refused };
};

/** Nobody goes on from it: the work is published, or is to begin anew. */
export const letGo = async ({ ports, plan, item }: Pick<Running, 'ports' | 'plan' | 'item'>): Promise<void> => {
  await ports.git.keep(plan.repository, checkpointName(plan.id, item.issue), undefined);
};

/**
 * Looks at a running agent's worktree on an interval, without touching it, and commits what stands there under a name
 * of this machine's clone, if it differs from the last time. `close` ends it, and waits for the look at hand.
 */
export const keepCheckpoints = (
  running: Running,
  worktree: Worktree,
  agent: string,
): { readonly heard: (event: AgentEvent) => void; readonly close: () => Promise<void> } => {
  const { ports, plan, item } = running;
  const said: string[] = [];
  let session: string | undefined;
  let last = '';
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    // Who is cancelled waits for no look.
    const end = AbortSignal.any([running.signal, AbortSignal.timeout(LONGEST_LOOK)]);
    const { tree, changes } = await ports.git.snapshot(plan.repository, worktree, end);
    const face = `${tree} ${session ?? ''}`;
    if (face === last || (changes.length === 0 && session === undefined)) return;
    const left = { attempt: running.attempt, agent, said, ...(session === undefined ? {} : { session }) };
    const message = checkpointMessage(idOf(plan, item.issue), left);
    const at = ports.clock.now();
    const commit = await ports.git.commitTree(plan.repository, tree, [worktree.base], message, at);
    if (running.signal.aborted) return;
    await ports.git.keep(plan.repository, checkpointName(plan.id, item.issue), commit);
    last = face;
    const { attempt, claim, name } = running;
    const id = `${name}-checkpoint-${commit.slice(0, 12)}`;
    await turn(ports, plan.id, { kind: 'attempt-checkpointed', id, at, item: item.issue, attempt, claim, commit });
  };
  const timer = setInterval(() => {
    // One look at a time. The agent works meanwhile: files that vanish under a look are no reason to end anything.
    looking ??= look()
      .catch((error: unknown) => {
        ports.log.warn({ plan: plan.issue, item: item.issue, error }, 'A checkpoint could not be made.');
      })
      .finally(() => {
        looking = undefined;
      });
  }, ports.limits.checkpoint * 60_000);

  return {
    heard: (event) => {
      if (event.kind === 'session') session = event.session;
      if (event.kind !== 'progress') return;
      said.push(event.text);
      said.splice(0, said.length - SAID);
    },
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
};

const idOf = (plan: Plan, item: number): { plan: string; item: number; approval: string } => ({
  plan: plan.id,
  item,
  approval: 'approval' in plan.state ? plan.state.approval.hash : '',
});
