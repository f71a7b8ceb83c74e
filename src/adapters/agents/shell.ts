import { existsSync } from 'node:fs';
import type { CommandResult } from '#core/types.ts';
import { tookTooMuch } from '#core/words/state.ts';
import type { Worktree } from '#engine/ports.ts';
import { runContained } from './contained.ts';
import { diskIsFull } from './disk-full.ts';
import { makeRunFolder } from './run-folder.ts';
import type { Workshop } from './workshop.ts';

/** Most output of one command, in bytes: more is a fault of the command. */
const MOST_OUTPUT = 50_000_000;

/**
 * Runs one command line of a repository or a plan, contained like an agent, without a network. With bash where there is
 * one (`-e -o pipefail`: a failing line or a failing part of a pipe fails the whole), else with `sh -e`.
 */
export async function runCommand(
  workshop: Workshop,
  worktree: Worktree,
  command: string,
  options: { readonly minutes: number; readonly network: boolean },
  signal: AbortSignal,
): Promise<CommandResult> {
  const shell = existsSync('/bin/bash') ? ['/bin/bash', '-e', '-o', 'pipefail', '-c'] : ['/bin/sh', '-e', '-c'];
  const folder = await makeRunFolder();
  try {
    const wall = options.minutes * 60_000;
    const { ending, tail, seconds } = await runContained(
      workshop,
      {
        argv: [...shell, command],
        worktree: worktree.path,
        folder: folder.path,
        input: '',
        environment: {},
        path: [],
        mounts: [],
        readOnly: [],
        routes: [],
        egress: options.network ? workshop.egress.setup : [],
      },
      { wall, silence: wall, output: MOST_OUTPUT },
      { signal },
    );
    const common = { command, tail, seconds };
    switch (ending.kind) {
      case 'exit':
        if (ending.status !== 0 && (await diskIsFull(worktree.path)))
          return { ...common, ok: false, why: 'the disk of the worker is full: make room', unasked: true };
        return { ...common, ok: ending.status === 0, status: ending.status };
      case 'timeout':
      case 'stalled':
        return { ...common, ok: false, why: `ended after ${options.minutes} minutes, its time limit` };
      case 'output':
        return { ...common, ok: false, why: `ended after ${MOST_OUTPUT / 1_000_000} MB of output` };
      case 'disk':
      case 'memory':
      case 'processes':
        return { ...common, ok: false, why: `ended: it ${tookTooMuch(ending.kind, ending.limit)}` };
      case 'cancelled':
        return { ...common, ok: false, why: 'cancelled', unasked: true };
      case 'unstarted':
        return { ...common, ok: false, why: `could not be started: ${ending.why}`, unasked: true };
    }
  } finally {
    await folder.remove();
  }
}
