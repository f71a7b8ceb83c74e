import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { AgentConfig } from './agent-config.ts';
import { runContained } from './contained.ts';
import type { Upstreams } from './gateway/provider.ts';
import type { Agent } from './kind.ts';
import { missingParts } from './missing-parts.ts';
import { withModelAccess } from './model-access.ts';
import type { Mount } from './mounts.ts';
import { boundsOf, outcomeOf } from './outcome.ts';
import { findProgram } from './programs.ts';
import { plainText } from './tail.ts';
import type { Workshop } from './workshop.ts';

/** Longest summary taken from a command's output, in lines and in characters of each. */
const SUMMARY_LINES = 5;
const LINE_LENGTH = 1_000;

/**
 * Any program as an agent (spec section 7): an argv without a shell, the prompt on standard input, the task as a JSON
 * file named by FORKJOIN_TASK; status 0 is done. Its last lines of output are the summary.
 */
export function commandAgent(name: string, config: AgentConfig, models: Upstreams, workshop: Workshop): Agent {
  const [word, ...words] = config.command ?? [];
  const readable = (config.readable ?? []).map((folder) => resolve(folder));
  const { gateway } = config;
  const upstreams: Upstreams = gateway === undefined ? {} : { [gateway]: models[gateway] };
  const find = (): ReturnType<typeof findProgram> => (word === undefined ? undefined : findProgram(word));

  const partsMissing = (): readonly string[] => {
    const program = find();
    return program === undefined ? [] : missingParts(name, program.file, words);
  };

  return {
    problems: async () => [
      ...(word === undefined ? [`agent "${name}" has no \`command\`: give its argv in forkjoin.yml`] : []),
      ...(word !== undefined && find() === undefined
        ? [
            `the program "${word}" of agent "${name}" is not on the PATH of this worker: install it, or correct \`command\` in forkjoin.yml`,
          ]
        : []),
      ...partsMissing(),
      ...(gateway !== undefined && models[gateway] === undefined
        ? [`agent "${name}" needs a model: set ${gateway.toUpperCase()}_API_KEY for this worker`]
        : []),
      ...readable
        .filter((folder) => !existsSync(folder))
        .map((folder) => `the folder ${folder}, listed as \`readable\` of agent "${name}", does not exist`),
    ],

    run: async (task, report, signal) => {
      const program = find();
      if (program === undefined)
        return { kind: 'unavailable', what: `the program "${word ?? ''}" of agent "${name}" was not found` };
      const args = words.map((argument) => fileOfOperator(argument, readable));
      return await withModelAccess(workshop, upstreams, task, signal, async (access) => {
        const taskFile = join(access.folder, 'task.json');
        await writeFile(taskFile, JSON.stringify(task.task, undefined, 2));
        const lastLines: string[] = [];
        const ended = await runContained(
          workshop,
          {
            argv: [program.file, ...args],
            routes: access.routes,
            egress: workshop.egress.agents,
            worktree: task.worktree.path,
            folder: access.folder,
            input: task.prompt,
            environment: { ...access.environment, FORKJOIN_TASK: taskFile },
            path: [dirname(program.file)],
            mounts: [
              ...program.mounts,
              ...[...readable, ...args.filter(isFile), taskFile].map((path): Mount => ({ kind: 'read', path })),
            ],
            readOnly: task.readOnly,
          },
          boundsOf(task.limits),
          {
            signal: access.signal,
            alive: access.alive,
            onLine: (line) => {
              if (line.trim() === '') return;
              lastLines.splice(0, lastLines.length - SUMMARY_LINES + 1);
              lastLines.push(line.slice(0, LINE_LENGTH));
              report.progress({ what: 'message', text: line.slice(0, LINE_LENGTH) });
            },
          },
        );
        return outcomeOf(ended, plainText(lastLines.join('\n')).trim());
      });
    },
  };
}

/** A word of the argv that names a file in one of the readable folders means that file, wherever the agent starts. */
function fileOfOperator(word: string, readable: readonly string[]): string {
  if (isAbsolute(word) || word.startsWith('-')) return word;
  return readable.map((folder) => join(folder, word)).find(isFile) ?? word;
}

function isFile(path: string): boolean {
  return isAbsolute(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
