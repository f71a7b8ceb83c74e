import { dirname } from 'node:path';
import type { AgentOutcome } from '#engine/ports.ts';
import { codexConventions } from './codex-conventions.ts';
import { type CodexFact, readCodexLine } from './codex-stream.ts';
import { runContained } from './contained.ts';
import { maskedSettings } from './masked-settings.ts';
import type { ModelProgram, Start } from './model-program.ts';
import { codexArguments } from './model-settings.ts';
import { boundsOf, outcomeOf } from './outcome.ts';
import type { Ended } from './process.ts';
import type { Tried } from './resumption.ts';
import { CODEX_SESSIONS, openSessions } from './sessions.ts';
import { plainText } from './tail.ts';
import { unreadable } from './unreadable.ts';

/** Its own sandbox and questions are off: the sandbox around it holds it. */
const FLAGS = ['--json', '--color', 'never', '--dangerously-bypass-approvals-and-sandbox', '--skip-git-repo-check'];

/** Codex, not asking anybody, logged in nowhere; the model is reached through the gateway by its Responses API. */
export const CODEX: ModelProgram = {
  word: 'codex',
  // Older ones lack options that are given here.
  needed: { program: 'Codex', least: '0.60.0', install: 'npm install -g @openai/codex' },
  provider: 'openai',
  // Models of the shipped table of prices.
  family: { deep: 'gpt-5', usual: 'gpt-5', mechanical: 'gpt-5-mini' },
  start: runOnce,
};

/** What a start told on its way. `turn`: how it says that its turn ended. */
type Heard = {
  session?: string;
  message: string;
  error: string;
  turn?: Extract<CodexFact, { readonly kind: 'turn' }>;
  lines: number;
};

async function runOnce(start: Start): Promise<Tried> {
  const { workshop, program, words, task, access, report } = start;
  const sessions = await openSessions(workshop, task, [CODEX_SESSIONS], access.home);
  const resume = sessions.found ? task.resume : undefined;
  const argv = [
    program.file,
    ...words,
    'exec',
    ...FLAGS,
    ...codexArguments(start.model, task.worktree.path),
    ...(resume === undefined ? [] : ['resume', resume.session]),
    '-',
  ];
  const heard: Heard = { message: '', error: '', lines: 0 };
  const { path: worktree } = task.worktree;
  const conventions = await codexConventions(workshop, worktree, access.folder, access.home);
  // Codex is told not to trust the repository: a link that leads out of it changes nothing.
  const masked = await maskedSettings(worktree, access.folder);
  const strange = unreadable('an event of Codex');
  const ended = await runContained(
    workshop,
    {
      argv,
      routes: access.routes,
      egress: workshop.egress.agents,
      worktree: task.worktree.path,
      folder: access.folder,
      input: resume?.prompt ?? task.prompt,
      environment: access.environment,
      path: [dirname(program.file)],
      mounts: [...program.mounts, ...sessions.mounts, ...conventions, ...masked.mounts],
      readOnly: task.readOnly,
    },
    boundsOf(task.limits),
    {
      signal: access.signal,
      alive: access.alive,
      onLine: (line) => {
        const facts = readCodexLine(line, task.worktree.path);
        if (facts === undefined) strange.line(line);
        else heard.lines += 1;
        for (const fact of facts ?? []) hear(fact);
      },
    },
  );
  strange.say(workshop.log, task);
  return { outcome: outcome(ended, heard, strange.words()), spoke: heard.session !== undefined };

  function hear(fact: CodexFact): void {
    if (fact.kind === 'progress') report.progress(fact.doing);
    else if (fact.kind === 'message') heard.message = fact.text;
    else if (fact.kind === 'error') heard.error = fact.why;
    else if (fact.kind === 'turn') heard.turn = fact;
    else {
      heard.session = fact.session;
      report.session(fact.session, resume !== undefined);
    }
  }
}

/** An end without a finished turn is no success, whatever the exit status. */
function outcome(ended: Ended, heard: Heard, strange: string): AgentOutcome {
  const known = heard.session === undefined ? {} : { session: heard.session };
  const { ending, errors } = ended;
  if (ending.kind !== 'exit') return outcomeOf({ ...ended, tail: errors }, '', known);
  const { turn } = heard;
  const why = turn === undefined ? heard.error || 'It ended without finishing its turn.' : turn.ok ? '' : turn.why;
  const status = ending.status === 0 && turn?.ok !== true ? 1 : ending.status;
  const tail = [plainText(why), strange, errors].filter((part) => part !== '').join('\n');
  return outcomeOf({ ...ended, ending: { kind: 'exit', status }, tail }, plainText(heard.message), known);
}
