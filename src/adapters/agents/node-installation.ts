import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from './mounts.ts';

/** Node as the sandbox needs it: the binary, and npm and corepack where they came with it. */
export type NodeInstallation = { readonly bin: string; readonly program: string; readonly mounts: readonly Mount[] };

/**
 * Finds what belongs to a Node, wherever it is installed. Never its whole prefix: that may be a person's `~/.local`,
 * with keyrings beside it.
 */
export function nodeInstallation(execPath: string = process.execPath): NodeInstallation {
  const program = realpathSync(execPath);
  const bin = dirname(program);
  const packages = ['npm', 'corepack'].map((name) => join(bin, '..', 'lib', 'node_modules', name)).filter(existsSync);
  const links = ['npm', 'npx', 'corepack']
    .map((name) => join(bin, name))
    .filter((path) => packages.length > 0 && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true);
  return {
    bin,
    program,
    mounts: [
      { kind: 'read', path: program },
      ...packages.map((path): Mount => ({ kind: 'read', path })),
      ...links.map((path): Mount => ({ kind: 'link', path, to: readlinkSync(path) })),
    ],
  };
}
