import { fileURLToPath } from 'node:url';
import type { Mount } from './mounts.ts';
import type { NodeInstallation } from './node-installation.ts';

const RELAY = fileURLToPath(new URL('./relay.mjs', import.meta.url));

/**
 * A socket of the worker, and the variables in which a program inside looks for its address: `OPENAI_BASE_URL/v1` is a
 * variable whose address ends in `/v1`. In the program's arguments `%OPENAI_BASE_URL%` stands for the same.
 */
export type Route = { readonly socket: string; readonly variables: readonly string[] };

/** Starts a program so that it reaches sockets of the worker from where there is no network. */
export function throughRelay(
  node: NodeInstallation,
  routes: readonly Route[],
  argv: readonly string[],
): { readonly argv: readonly string[]; readonly mounts: readonly Mount[] } {
  if (routes.length === 0) return { argv, mounts: [] };
  return {
    argv: [
      node.program,
      RELAY,
      ...routes.map(({ socket, variables }) => `${socket}=${variables.join(',')}`),
      '--',
      ...argv,
    ],
    mounts: [RELAY, ...routes.map(({ socket }) => socket)].map((path) => ({ kind: 'read', path })),
  };
}
