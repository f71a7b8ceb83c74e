import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { AgentOutcome, AgentTask, Log } from '#engine/ports.ts';
import type { AgentConfig } from './agent-config.ts';
import { readStreamLine, type StreamFact } from './claude-stream.ts';
import { runContained } from './contained.ts';
import { openGateway, type Upstream } from './gateway.ts';
import type { Agent } from './kind.ts';
import { boundsOf, outcomeOf } from './outcome.ts';
import type { Ended } from './process.ts';
import { findProgram } from './programs.ts';
import { makeRunFolder } from './run-folder.ts';
import { plainText } from './tail.ts';
import type { Workshop } from './workshop.ts';

/** What Claude Code may use: files and commands. Its tools for the web, for schedules and for other sessions are left out. */
const TOOLS = ['Bash', 'Edit', 'Glob', 'Grep', 'NotebookEdit', 'Read', 'Skill', 'Task', 'TodoWrite', 'Write'];

/** Keeps it from everything but its work: no updates, no reports home, nothing left running behind its back. */
const QUIET = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
  // Without it, it refuses to work without asking when the worker is root.
  IS_SANDBOX: '1',
};

/**
 * Claude Code, not asking anybody: the sandbox is what holds it, not its questions. It reads the repository's own
 * conventions and skills; hooks, tool servers and the person's settings stay off. The model is reached through the gateway.
 */
export function claudeCodeAgent(
  name: string,
  config: AgentConfig,
  upstream: Upstream | undefined,
  workshop: Workshop,
  log: Log,
): Agent {
  const [word = 'claude', ...words] = config.command ?? [];
  const missing = `the program "${word}" of agent "${name}" is not on the PATH of this worker: install it (\`npm install -g @anthropic-ai/claude-code\`)`;
  const keyless = `agent "${name}" needs a model: set ANTHROPIC_API_KEY for this worker`;

  return {
    problems: () => [
      ...(findProgram(word) === undefined ? [missing] : []),
      ...(upstream === undefined ? [keyless] : []),
    ],

    run: async (task, report, signal) => {
      const program = findProgram(word);
      if (program === undefined) return { kind: 'unavailable', what: missing };
      if (upstream === undefined) return { kind: 'unavailable', what: keyless };
      const folder = await makeRunFolder();
      let touch = (): void => {};
      const token = `forkjoin-${randomBytes(24).toString('hex')}`;
      const gateway = await openGateway({ folder: folder.path, upstream, token, alive: () => touch(), log });
      const heard: { session?: string; result?: Extract<StreamFact, { kind: 'result' }> } = {};
      try {
        const ended = await runContained(
          workshop,
          {
            argv: [program.file, ...words, ...argumentsOf(task, config)],
            routes: [{ socket: gateway.socket, variables: ['ANTHROPIC_BASE_URL'] }],
            egress: workshop.egress.agents,
            worktree: task.worktree.path,
            folder: folder.path,
            input: task.prompt,
            environment: { ...QUIET, ANTHROPIC_API_KEY: token },
            path: [dirname(program.file)],
            mounts: program.mounts,
            readOnly: task.readOnly,
          },
          boundsOf(task.limits),
          {
            signal,
            alive: (refresh) => {
              touch = refresh;
            },
            onLine: (line) => {
              for (const fact of readStreamLine(line, task.worktree.path)) {
                if (fact.kind === 'session') heard.session = fact.session;
                else if (fact.kind === 'result') heard.result = fact;
                else report.progress(fact.doing);
              }
            },
          },
        );
        return outcome(ended, heard);
      } finally {
        gateway.close();
        await folder.remove();
      }
    },
  };
}

function argumentsOf(task: AgentTask, config: AgentConfig): string[] {
  const model = task.model ?? config.model;
  return [
    ...['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'bypassPermissions'],
    ...['--strict-mcp-config', '--no-chrome', '--setting-sources', 'project', '--settings', '{"disableAllHooks":true}'],
    ...['--tools', TOOLS.join(',')],
    ...(model === undefined ? [] : ['--model', model]),
    ...(task.limits.budget === undefined ? [] : ['--max-budget-usd', String(task.limits.budget)]),
  ];
}

/** It may report a failure in its stream whatever its exit status, and an end without a result is no success. */
function outcome(
  ended: Ended,
  heard: { session?: string; result?: Extract<StreamFact, { kind: 'result' }> },
): AgentOutcome {
  const { result } = heard;
  const session = result?.session ?? heard.session;
  const known = {
    ...(result?.cost === undefined ? {} : { cost: result.cost }),
    ...(session === undefined ? {} : { session }),
  };
  if (ended.ending.kind !== 'exit') return outcomeOf({ ...ended, tail: ended.errors }, '', known);
  if (result?.overBudget === true)
    return { kind: 'budget', ...(result.cost === undefined ? {} : { cost: result.cost }) };
  const status = ended.ending.status === 0 && result?.ok !== true ? 1 : ended.ending.status;
  const tail = [result === undefined ? 'It ended without a result.' : plainText(result.text), ended.errors]
    .join('\n')
    .trim();
  return outcomeOf({ ...ended, ending: { kind: 'exit', status }, tail }, plainText(result?.text ?? ''), known);
}
