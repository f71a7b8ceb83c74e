import { dirname } from 'node:path';
import type { AgentOutcome } from '#engine/ports.ts';
import { CLAUDE_QUIET, CLAUDE_SETTINGS_RELAYED, claudeTools } from './claude-settings.ts';
import { readStreamLine, type StreamFact } from './claude-stream.ts';
import { runContained } from './contained.ts';
import { leadsOut, maskedSettings } from './masked-settings.ts';
import type { ModelProgram, Start } from './model-program.ts';
import { boundsOf, outcomeOf } from './outcome.ts';
import type { Ended } from './process.ts';
import type { Tried } from './resumption.ts';
import { CLAUDE_SESSIONS, openSessions } from './sessions.ts';
import { plainText } from './tail.ts';
import { unreadable } from './unreadable.ts';

/**
 * Claude Code, not asking anybody: the sandbox is what holds it, not its questions. It reads the repository's own
 * conventions and skills; hooks, tool servers and the person's settings stay off. The model is reached through the gateway.
 */
export const CLAUDE_CODE: ModelProgram = {
  word: 'claude',
  // Older ones lack options that are given here.
  needed: { program: 'Claude Code', least: '2.1.0', install: 'npm install -g @anthropic-ai/claude-code' },
  provider: 'anthropic',
  // Its own names for families of models; each stands for the current one.
  family: { deep: 'opus', usual: 'sonnet', mechanical: 'haiku' },
  start: runOnce,
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
