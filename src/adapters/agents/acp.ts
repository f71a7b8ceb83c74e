import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { AgentOutcome } from '#engine/ports.ts';
import { converse, type Said, type Talk } from './acp/conversation.ts';
import { openWire, type Wire } from './acp/wire.ts';
import type { AgentConfig } from './agent-config.ts';
import { CLAUDE_QUIET } from './claude-settings.ts';
import { runContained } from './contained.ts';
import type { Upstreams } from './gateway/provider.ts';
import type { Agent } from './kind.ts';
import { maskedSettings } from './masked-settings.ts';
import { withModelAccess } from './model-access.ts';
import { withCodexSettings } from './model-settings.ts';
import type { Mount } from './mounts.ts';
import { boundsOf, outcomeOf } from './outcome.ts';
import type { Ended } from './process.ts';
import { findProgram } from './programs.ts';
import { CLAUDE_SESSIONS, CODEX_SESSIONS, openSessions } from './sessions.ts';
import { plainText } from './tail.ts';
import { unreadable } from './unreadable.ts';
import type { Workshop } from './workshop.ts';

/** How long an agent may take to leave when its work is done and its input is closed, milliseconds. */
const LEAVE = 1_000;

/** Its own questions, sandbox, browser and reports are off: the sandbox around it is what holds it. */
const QUIET = { ...CLAUDE_QUIET, INITIAL_AGENT_MODE: 'agent-full-access', NO_BROWSER: '1' };

/** Any program that speaks the Agent Client Protocol on its standard streams, given by the operator as an argv. */
export function acpAgent(name: string, config: AgentConfig, models: Upstreams, workshop: Workshop): Agent {
  const [word = '', ...words] = config.command ?? [];
  const readable = (config.readable ?? []).map((folder) => resolve(folder));
  const missing = `the program "${word}" of agent "${name}" is not on the PATH of this worker: install it, or correct \`command\` in forkjoin.yml`;

  return {
    problems: async () => [
      ...(word === '' ? [`agent "${name}" has no \`command\`: give its argv in forkjoin.yml`] : []),
      ...(word !== '' && findProgram(word) === undefined ? [missing] : []),
      ...readable
        .filter((folder) => !existsSync(folder))
        .map((folder) => `the folder ${folder}, listed as \`readable\` of agent "${name}", does not exist`),
    ],

    run: async (task, report, signal) => {
      const program = findProgram(word);
      if (program === undefined) return { kind: 'unavailable', what: missing };
      const model = task.model ?? config.model;
      return await withModelAccess(workshop, models, task, signal, async (access) => {
        const sessions = await openSessions(workshop, task, [CLAUDE_SESSIONS, CODEX_SESSIONS], access.home);
        const talk: Talk = { task, model, report, at: '' };
        const heard: Heard = {};
        const strange = unreadable('a message of the Agent Client Protocol');
        const over = new AbortController();
        const ended = await runContained(
          workshop,
          {
            argv:
              models.openai === undefined
                ? [program.file, ...words]
                : withCodexSettings([program.file, ...words], model),
            routes: access.routes,
            egress: workshop.egress.agents,
            worktree: task.worktree.path,
            folder: access.folder,
            input: '',
            environment: {
              ...QUIET,
              ...access.environment,
              ...(model === undefined ? {} : { ANTHROPIC_MODEL: model }),
            },
            path: [dirname(program.file)],
            mounts: [
              ...program.mounts,
              ...sessions.mounts,
              ...(await maskedSettings(task.worktree.path, access.folder)),
              ...[...readable, ...words.filter(isFile)].map((path): Mount => ({ kind: 'read', path })),
            ],
            readOnly: task.readOnly,
          },
          boundsOf(task.limits),
          {
            signal: AbortSignal.any([access.signal, over.signal]),
            alive: access.alive,
            onLine: (line) => heard.wire?.line(line),
            talk: (input) => {
              heard.wire = openWire(input, strange);
              heard.talking = converse(heard.wire, talk).then(async (said) => {
                heard.said = said;
                input.end();
                await after(LEAVE, undefined, { signal: over.signal, ref: false }).catch(() => {});
                over.abort();
              });
            },
          },
        );
        heard.wire?.close();
        over.abort();
        await heard.talking;
        strange.say(workshop.log, task);
        return outcome(ended, heard.said, talk, strange.words(), access.signal.aborted);
      });
    },
  };
}

type Heard = { wire?: Wire; talking?: Promise<void>; said?: Said };

/** What was said counts more than how the process ended: it is ended when all is said. */
function outcome(ended: Ended, said: Said | undefined, talk: Talk, unread: string, cut: boolean): AgentOutcome {
  const { ending, errors } = ended;
  const tail = (why: string): string => [plainText(why), unread, errors].filter((part) => part !== '').join('\n');
  if (said?.kind === 'done') return { kind: 'done', summary: plainText(said.summary), session: said.session };
  if (said?.kind === 'wrong')
    return { kind: 'unavailable', what: `agent "${talk.task.agent}" cannot be used: ${plainText(said.why)}` };
  if (ending.kind === 'stalled' || ending.kind === 'timeout')
    return outcomeOf({ ...ended, tail: tail(unanswered(talk.at)) }, '');
  const left = ending.kind === 'exit' || (ending.kind === 'cancelled' && !cut);
  if (!left || said === undefined) return outcomeOf(ended, '');
  const status = ending.kind === 'exit' && ending.status !== 0 ? ending.status : 1;
  return outcomeOf({ ...ended, ending: { kind: 'exit', status }, tail: tail(said.why) }, '');
}

function unanswered(method: string): string {
  const question = method === 'initialize' ? ' Is it an agent that speaks the Agent Client Protocol?' : '';
  return `It did not answer \`${method}\`.${question}`;
}

function isFile(path: string): boolean {
  return isAbsolute(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
