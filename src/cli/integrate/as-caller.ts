import { diskIsFull } from '#adapters/agents/disk-full.ts';
import { endHolders, ticks } from '#adapters/agents/holders.ts';
import { runProcess } from '#adapters/agents/process.ts';
import { openAir } from '#adapters/agents/sandbox.ts';
import type { CommandResult } from '#core/types.ts';

/** Most output of one command, in bytes: more is a fault of the command. */
const MOST_OUTPUT = 50_000_000;
/** Most processes and threads at once: a person's tests may take what memory and disk they like, a fork bomb may not go on. */
const MOST = { disk: Number.POSITIVE_INFINITY, memory: Number.POSITIVE_INFINITY, processes: 4_096 };

/**
 * What would lead git in the worktree back to where this was started, and this run's own settings. Everything else is
 * the caller's.
 */
const LEFT_OUT =
  /^(?:GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|CEILING_DIRECTORIES)|OLDPWD)$/;

/** Runs a shell command as the caller in a folder, with no more than its time and output; what it started ends with it. */
export const runAsCaller = async (
  folder: string,
  command: string,
  minutes: number,
  signal: AbortSignal,
): Promise<CommandResult> => {
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || LEFT_OUT.test(name) ? [] : [[name, value]],
    ),
  );
  const wall = minutes * 60_000;
  const since = ticks();
  const cell = { argv: ['/bin/sh', '-c', command], folder, environment: { ...environment, PWD: folder }, mounts: [] };
  const { ending, tail, seconds } = await runProcess(
    openAir(MOST).prepare(cell),
    '',
    { wall, silence: wall, output: MOST_OUTPUT, takes: { most: MOST, folder, also: [] } },
    { signal },
  );
  await endHolders(folder, since);
  const common = { command, tail, seconds };
  switch (ending.kind) {
    case 'exit':
      if (ending.status !== 0 && (await diskIsFull(folder)))
        return { ...common, ok: false, why: `the disk of ${folder} is full: make room`, unasked: true };
      return { ...common, ok: ending.status === 0, status: ending.status };
    case 'timeout':
    case 'stalled':
      return { ...common, ok: false, why: `ended after ${minutes} minutes, its time limit` };
    case 'output':
      return { ...common, ok: false, why: `ended after ${MOST_OUTPUT / 1_000_000} MB of output` };
    case 'disk':
    case 'memory':
    case 'processes':
      return { ...common, ok: false, why: `ended: more than ${ending.limit} processes and threads at once` };
    case 'cancelled':
      return { ...common, ok: false, why: 'cancelled', unasked: true };
    case 'unstarted':
      return { ...common, ok: false, why: `could not be started: ${ending.why}`, unasked: true };
  }
};
