import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { AgentConfig } from './operator.ts';

/**
 * An agent whose paths hold wherever it is started. `readable` and a program with a `/` are relative to the operator's
 * file; so is each argument that names a file there. Files of the command line are readable too, or the sandbox would
 * hide the agent's own script.
 */
export const withAbsolutePaths = (
  name: string,
  agent: AgentConfig,
  folder: string,
): { agent: AgentConfig; problems: string[] } => {
  const readable = (agent.readable ?? []).map((path) => resolve(folder, path));
  const missing = readable.filter((path) => statSync(path, { throwIfNoEntry: false }) === undefined);
  const command = agent.command?.map((word, index) => (isPathHere(word, index, folder) ? resolve(folder, word) : word));
  const files = (command ?? []).filter((word) => isAbsolute(word) && isFile(word));
  const shown = [...new Set([...readable, ...files])];
  return {
    agent: {
      ...agent,
      ...(command === undefined ? {} : { command }),
      ...(shown.length === 0 ? {} : { readable: shown }),
    },
    problems: missing.map((path) => `agents.${name}.readable names ${path}, which is not there.`),
  };
};

const isPathHere = (word: string, index: number, folder: string): boolean =>
  index === 0 ? word.includes('/') : isFile(resolve(folder, word));

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
