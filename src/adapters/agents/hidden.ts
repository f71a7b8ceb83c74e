import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mount } from './mounts.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/**
 * What stays hidden even when a folder around it is shown: an app below /usr, a data folder inside a `readable` one, the
 * `.env` that the app was started with.
 */
export function hiddenMounts(home: string, folder: string = process.cwd()): Mount[] {
  const secrets = join(folder, '.env');
  return [
    { kind: 'hide', path: home },
    { kind: 'hide', path: PROJECT },
    ...(existsSync(secrets) ? [{ kind: 'read', path: secrets, from: '/dev/null' } as const] : []),
  ];
}
