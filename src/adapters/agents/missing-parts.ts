import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** Files that an interpreter runs, by their end. */
const SCRIPT = /\.(?:[cm]?[jt]s|py|rb|pl|php|sh)$/;

/** Longest first line of a script that the kernel reads, bytes. */
const FIRST_LINE = 256;

/**
 * What a program needs besides itself and lacks here, a sentence each: scripts that its argv names in full, and the
 * interpreter that its own first line names. A script named in part may be one of the repository's.
 */
export function missingParts(agent: string, file: string, words: readonly string[]): readonly string[] {
  const scripts = words.filter((word) => isAbsolute(word) && SCRIPT.test(word) && !isFile(word));
  const interpreter = interpreterOf(file);
  return [
    ...scripts.map(
      (word) => `the file ${word} in \`command\` of agent "${agent}" is not there: correct it in forkjoin.yml`,
    ),
    ...(interpreter === undefined || isFile(interpreter)
      ? []
      : [
          `the program ${file} of agent "${agent}" is a script for ${interpreter}, which is not on this worker: install it`,
        ]),
  ];
}

function interpreterOf(file: string): string | undefined {
  const bytes = Buffer.alloc(FIRST_LINE);
  try {
    const opened = openSync(file, 'r');
    const size = readSync(opened, bytes, 0, FIRST_LINE, 0);
    closeSync(opened);
    return /^#![ \t]*(\/\S+)/.exec(bytes.toString('utf8', 0, size))?.[1];
  } catch {
    // A program that may be run and not be read.
    return undefined;
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
