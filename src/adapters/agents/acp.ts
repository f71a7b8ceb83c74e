import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { AgentOutcome, AgentTask } from '#engine/ports.ts';
import { converse, IS_IT_ONE, type Said } from './acp/conversation.ts';
import { type Greeted, handshakeProblem } from './acp/handshake.ts';
import { overProtocol } from './acp/over-protocol.ts';
import type { Talk } from './acp/session.ts';
import type { AgentConfig } from './agent-config.ts';
import { CLAUDE_QUIET } from './claude-settings.ts';
import type { Upstreams } from './gateway/provider.ts';
import type { Agent } from './kind.ts';
import { leadsOut, maskedSettings } from './masked-settings.ts';
import { withModelAccess } from './model-access.ts';
import { withCodexSettings } from './model-settings.ts';
import type { Mount } from './mounts.ts';
import { boundsOf, outcomeOf } from './outcome.ts';
import type { Ended } from './process.ts';
import { findProgram, type Program } from './programs.ts';
import { CLAUDE_SESSIONS, CODEX_SESSIONS, openSessions } from './sessions.ts';
import { plainText } from './tail.ts';
import { unreadable } from './unreadable.ts';
import type { Workshop } from './workshop.ts';

/** Its own questions, sandbox, browser and reports are off: the sandbox around it is what holds it. */
const QUIET = { ...CLAUDE_QUIET, INITIAL_AGENT_MODE: 'agent-full-access', NO_BROWSER: '1' };

/** Where nobody listens: the discard port of this machine, which the sandbox cannot even reach. */
const NOWHERE = 'http://127.0.0.1:9';

/** Any program that speaks the Agent Client Protocol on its standard streams, given by the operator as an argv. `held`: the sandbox holds, so it may be started. */
export function acpAgent(
  name: string,
  config: AgentConfig,
  models: Upstreams,
  workshop: Workshop,
  held: boolean,
): Agent {
  const [word = '', ...words] = config.command ?? [];
  const readable = (config.readable ?? []).map((folder) => resolve(folder));
  const missing = `the program "${word}" of agent "${name}" is not on the PATH of this worker: install it, or correct \`command\` in forkjoin.yml`;

  const startOf = (program: Program, model: string | undefined, worktree?: string): Greeted => ({
    argv:
      models.openai === undefined
        ? [program.file, ...words]
        : withCodexSettings([program.file, ...words], model, worktree),
    path: [dirname(program.file)],
    mounts: [
      ...program.mounts,
      ...[...readable, ...words.filter(isFile)].map((path): Mount => ({ kind: 'read', path })),
    ],
    environment: { ...QUIET, ...(model === undefined ? {} : { ANTHROPIC_MODEL: model }) },
  });
  /** Greets it as it will be started, with keys that open nothing. */
  const greeting = async (program: Program): Promise<readonly string[]> => {
    const start = startOf(program, config.model);
    const keys = {
      ...(models.anthropic === undefined ? {} : { ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: NOWHERE }),
      ...(models.openai === undefined
        ? {}
        : { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: NOWHERE, CODEX_API_KEY: 'none' }),
    };
    const key = JSON.stringify([start, statSync(program.file).mtimeMs, Object.keys(keys), workshop.sandbox.kind]);
    const environment = { ...start.environment, ...keys };
    const problem = await handshakeProblem(workshop, name, key, { ...start, environment });
    return problem === undefined ? [] : [problem];
  };
  const plain = (program: Program | undefined): readonly string[] => [
    ...(word === '' ? [`agent "${name}" has no \`command\`: give its argv in forkjoin.yml`] : []),
    ...(word !== '' && program === undefined ? [missing] : []),
    ...readable
      .filter((folder) => !existsSync(folder))
      .map((folder) => `the folder ${folder}, listed as \`readable\` of agent "${name}", does not exist`),
  ];

  return {
    problems: async () => {
      const program = word === '' ? undefined : findProgram(word);
      const found = plain(program);
      return found.length > 0 || program === undefined || !held ? found : await greeting(program);
    },

    run: async (task, report, signal) => {
      const program = findProgram(word);
      if (program === undefined) return { kind: 'unavailable', what: missing };
      const model = task.model ?? config.model;
      return await withModelAccess(workshop, models, task, signal, async (access) => {
        const sessions = await openSessions(workshop, task, [CLAUDE_SESSIONS, CODEX_SESSIONS], access.home);
        const masked = await maskedSettings(task.worktree.path, access.folder);
        if (workshop.sandbox.home !== undefined && masked.outside.length > 0)
          return { kind: 'unavailable', what: leadsOut(name, masked.outside) };
        const talk: Talk = { task, model, report, cwd: placeOf(task, workshop, models), at: '' };
        const strange = unreadable('a message of the Agent Client Protocol');
        const { argv, path, mounts, environment } = startOf(program, model, task.worktree.path);
        const { ended, said } = await overProtocol(
          workshop,
          {
            argv,
            path,
            routes: access.routes,
            egress: workshop.egress.agents,
            worktree: task.worktree.path,
            folder: access.folder,
            environment: { ...environment, ...access.environment },
            mounts: [...mounts, ...sessions.mounts, ...masked.mounts],
            readOnly: task.readOnly,
          },
          boundsOf(task.limits),
          { signal: access.signal, alive: access.alive },
          strange,
          (wire) => converse(wire, talk),
        );
        strange.say(workshop.log, task);
        return outcome(ended, said, talk, strange.words(), access.signal.aborted);
      });
    },
  };
}

/**
 * Where it is told to work. Programs built on Codex trust the folder that they are told of, by its name as it is written;
 * where settings of the repository cannot be hidden, it is written so that no other name of it is trusted.
 */
const placeOf = ({ worktree }: AgentTask, { sandbox }: Workshop, { openai }: Upstreams): string =>
  sandbox.home === undefined && openai !== undefined ? `${worktree.path}/.` : worktree.path;

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
  const question = method === 'initialize' ? ` ${IS_IT_ONE}` : '';
  return `It did not answer \`${method}\`.${question}`;
}

function isFile(path: string): boolean {
  return isAbsolute(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
