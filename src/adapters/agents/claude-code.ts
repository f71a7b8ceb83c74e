import { dirname } from 'node:path';
import type { AgentOutcome, AgentTask } from '#engine/ports.ts';
import type { AgentConfig } from './agent-config.ts';
import { CLAUDE_QUIET, CLAUDE_SETTINGS_RELAYED, claudeTools } from './claude-settings.ts';
import { readStreamLine, type StreamFact } from './claude-stream.ts';
import { runContained } from './contained.ts';
import type { Upstream } from './gateway/provider.ts';
import type { Agent, Report } from './kind.ts';
import { leadsOut, maskedSettings } from './masked-settings.ts';
import { type ModelAccess, withModelAccess } from './model-access.ts';
import { boundsOf, outcomeOf } from './outcome.ts';
import type { Ended } from './process.ts';
import { findProgram, type Program } from './programs.ts';
import { type Tried, withOrWithoutMemory } from './resumption.ts';
import { CLAUDE_SESSIONS, openSessions } from './sessions.ts';
import { plainText } from './tail.ts';
import { unreadable } from './unreadable.ts';
import { versionProblem } from './version.ts';
import type { Workshop } from './workshop.ts';

/** Older ones lack options that are given here. */
const NEEDED = { program: 'Claude Code', least: '2.1.0', install: 'npm install -g @anthropic-ai/claude-code' };

/**
 * Claude Code, not asking anybody: the sandbox is what holds it, not its questions. It reads the repository's own
 * conventions and skills; hooks, tool servers and the person's settings stay off. The model is reached through the gateway.
 */
export function claudeCodeAgent(
  name: string,
  config: AgentConfig,
  upstream: Upstream | undefined,
  workshop: Workshop,
): Agent {
  const [word = 'claude', ...words] = config.command ?? [];
  const missing = `the program "${word}" of agent "${name}" is not on the PATH of this worker: install it (\`${NEEDED.install}\`)`;
  const keyless = `agent "${name}" needs a model: set ANTHROPIC_API_KEY for this worker`;

  return {
    problems: async () => {
      const program = findProgram(word);
      const old = program === undefined ? missing : await versionProblem(name, program.file, NEEDED);
      return [...(old === undefined ? [] : [old]), ...(upstream === undefined ? [keyless] : [])];
    },

    run: async (task, report, signal) => {
      const program = findProgram(word);
      if (program === undefined) return { kind: 'unavailable', what: missing };
      if (upstream === undefined) return { kind: 'unavailable', what: keyless };
      const model = task.model ?? config.model ?? FAMILY[task.tier];
      return await withModelAccess(workshop, { anthropic: upstream }, task, signal, (access) =>
        withOrWithoutMemory(task, (given) => runOnce({ workshop, program, words, model, task: given, access, report })),
      );
    },
  };
}

/** Claude Code's own names for families of models; each stands for the current one. */
const FAMILY: Readonly<Record<AgentTask['tier'], string>> = { deep: 'opus', usual: 'sonnet', mechanical: 'haiku' };

type Start = {
  readonly workshop: Workshop;
  readonly program: Program;
  readonly words: readonly string[];
  readonly model: string | undefined;
  readonly task: AgentTask;
  readonly access: ModelAccess;
  readonly report: Report;
};

type Result = Extract<StreamFact, { readonly kind: 'result' }>;

async function runOnce(start: Start): Promise<Tried> {
  const { workshop, program, words, task, access, report } = start;
  const sessions = await openSessions(workshop, task, [CLAUDE_SESSIONS], access.home);
  const resume = sessions.found ? task.resume : undefined;
  const masked = await maskedSettings(task.worktree.path, access.folder);
  if (workshop.sandbox.home !== undefined && masked.outside.length > 0)
    return { outcome: { kind: 'unavailable', what: leadsOut(task.agent, masked.outside) }, spoke: false };
  const heard: { session?: string; result?: Result } = {};
  const strange = unreadable('an event of Claude Code');
  const ended = await runContained(
    workshop,
    {
      argv: [program.file, ...words, ...argumentsOf(start.model, claudeTools(task), resume?.session)],
      routes: access.routes,
      egress: workshop.egress.agents,
      worktree: task.worktree.path,
      folder: access.folder,
      input: resume?.prompt ?? task.prompt,
      environment: { ...CLAUDE_QUIET, ...access.environment },
      path: [dirname(program.file)],
      mounts: [...program.mounts, ...sessions.mounts, ...masked.mounts],
      readOnly: task.readOnly,
    },
    boundsOf(task.limits),
    {
      signal: access.signal,
      alive: access.alive,
      onLine: (line) => {
        const facts = readStreamLine(line, task.worktree.path);
        if (facts === undefined) strange.line(line);
        for (const fact of facts ?? []) hear(fact);
      },
    },
  );
  strange.say(workshop.log, task);
  return { outcome: outcome(ended, heard, strange.words()), spoke: heard.session !== undefined };

  function hear(fact: StreamFact): void {
    if (fact.kind === 'progress') report.progress(fact.doing);
    else if (fact.kind === 'result') heard.result = fact;
    else if (fact.session !== heard.session) {
      heard.session = fact.session;
      report.session(fact.session, fact.session === resume?.session);
    }
  }
}

function argumentsOf(model: string | undefined, tools: readonly string[], session: string | undefined): string[] {
  return [
    ...['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'bypassPermissions'],
    ...['--strict-mcp-config', '--no-chrome', '--setting-sources', 'project'],
    ...['--settings', JSON.stringify(CLAUDE_SETTINGS_RELAYED)],
    ...['--tools', tools.join(',')],
    // In one word each: what comes from outside is never read as an option of its own.
    ...(model === undefined ? [] : [`--model=${model}`]),
    ...(session === undefined ? [] : [`--resume=${session}`]),
  ];
}

/** It may report a failure in its stream whatever its exit status, and an end without a result is no success. */
function outcome(
  ended: Ended,
  heard: { readonly session?: string; readonly result?: Result },
  strange: string,
): AgentOutcome {
  const { result } = heard;
  const session = result?.session ?? heard.session;
  const known = session === undefined ? {} : { session };
  if (ended.ending.kind !== 'exit') return outcomeOf({ ...ended, tail: ended.errors }, '', known);
  const status = ended.ending.status === 0 && result?.ok !== true ? 1 : ended.ending.status;
  const why = result === undefined ? 'It ended without a result.' : plainText(result.text);
  const tail = [why, strange, ended.errors].filter((part) => part !== '').join('\n');
  return outcomeOf({ ...ended, ending: { kind: 'exit', status }, tail }, plainText(result?.text ?? ''), known);
}
