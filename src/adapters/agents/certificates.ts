import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Mount } from './mounts.ts';

/** Where programs look for the authorities that this network trusts besides the usual ones. */
const VARIABLES = [
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
];

/** Passes on which authorities the worker trusts, with their files: public by nature, and needed to reach a registry. */
export function certificates(worker: NodeJS.ProcessEnv = process.env): {
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
} {
  const known = VARIABLES.flatMap((name) => {
    const path = worker[name];
    return path !== undefined && isAbsolute(path) && existsSync(path) ? [[name, path] as const] : [];
  });
  return {
    environment: Object.fromEntries(known),
    mounts: [...new Set(known.map(([, path]) => path))].map((path) => ({ kind: 'read', path })),
  };
}
