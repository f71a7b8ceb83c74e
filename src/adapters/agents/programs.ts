import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Mount } from './mounts.ts';

/** A program of the worker's PATH, and what the sandbox must show of the machine so that it can run. */
export type Program = { readonly file: string; readonly mounts: readonly Mount[] };

/** Finds a program by name on PATH or by path; links are followed to the real file. Undefined when there is none. */
export function findProgram(name: string, path: string = process.env['PATH'] ?? ''): Program | undefined {
  const candidates = name.includes('/')
    ? [resolve(name)]
    : path
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, name));
  const found = candidates.find(isExecutable);
  if (found === undefined) return undefined;
  const file = realpathSync(found);
  return { file, mounts: [{ kind: 'read', path: packageTree(file) ?? file }] };
}

/**
 * The outermost `node_modules` that holds a file. A command of a package is a link into its folder, often a stub that
 * finds the real binary in a sibling package: the tree is shown whole.
 */
function packageTree(file: string): string | undefined {
  const segments = file.split('/');
  const at = segments.indexOf('node_modules');
  return at === -1 ? undefined : segments.slice(0, at + 1).join('/');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
