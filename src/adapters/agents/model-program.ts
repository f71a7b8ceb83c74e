import type { AgentTask } from '#engine/ports.ts';
import type { AgentConfig } from './agent-config.ts';
import type { Upstream } from './gateway/provider.ts';
import type { Agent, Report } from './kind.ts';
import { type ModelAccess, withModelAccess } from './model-access.ts';
import { findProgram, type Program } from './programs.ts';
import { type Tried, withOrWithoutMemory } from './resumption.ts';
import { type Needed, versionProblem } from './version.ts';
import type { Workshop } from './workshop.ts';

/** A program that works with the models of one provider; a process of it is started for each attempt. */
export type ModelProgram = {
  /** Its name on the PATH, where the operator gives no command. */
  readonly word: string;
  readonly needed: Needed;
  readonly provider: 'anthropic' | 'openai';
  /** Models by how hard the work is, where neither item nor operator names one. */
  readonly family: Readonly<Record<AgentTask['tier'], string>>;
  readonly start: (start: Start) => Promise<Tried>;
};

/** One start of it. `words`: arguments that the operator put behind its name. */
export type Start = {
  readonly workshop: Workshop;
  readonly program: Program;
  readonly words: readonly string[];
  readonly model: string;
  readonly task: AgentTask;
  readonly access: ModelAccess;
  readonly report: Report;
};

const KEYS = { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY' } as const;

/** An agent that is such a program; `upstream`: its provider, undefined when the worker has no key for it. */
export function modelProgramAgent(
  { word: usual, needed, provider, family, start }: ModelProgram,
  name: string,
  config: AgentConfig,
  upstream: Upstream | undefined,
  workshop: Workshop,
): Agent {
  const [word = usual, ...words] = config.command ?? [];
  const missing = `the program "${word}" of agent "${name}" is not on the PATH of this worker: install it (\`${needed.install}\`)`;
  const keyless = `agent "${name}" needs a model: set ${KEYS[provider]} for this worker`;

  return {
    problems: async () => {
      const program = findProgram(word);
      const old = program === undefined ? missing : await versionProblem(name, program.file, needed);
      return [...(old === undefined ? [] : [old]), ...(upstream === undefined ? [keyless] : [])];
    },

    run: async (task, report, signal) => {
      const program = findProgram(word);
      if (program === undefined) return { kind: 'unavailable', what: missing };
      if (upstream === undefined) return { kind: 'unavailable', what: keyless };
      const model = task.model ?? config.model ?? family[task.tier];
      return await withModelAccess(workshop, { [provider]: upstream }, task, signal, (access) =>
        withOrWithoutMemory(task, (given) => start({ workshop, program, words, model, task: given, access, report })),
      );
    },
  };
}
