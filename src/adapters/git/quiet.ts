import { createRequire } from 'node:module';

/**
 * Keeps simple-git out of what `DEBUG` shows: it prints the whole environment of a command, and there the token is.
 * Everything else that was asked for stays visible.
 */
export function keepSimpleGitQuiet(): void {
  const asked = process.env['DEBUG'];
  if (asked === undefined || asked === '') return;
  // The library's own copy of `debug`: another one would not be heard.
  const debug: { enable(names: string): void } = createRequire(import.meta.resolve('simple-git'))('debug');
  debug.enable(`${asked},-simple-git,-simple-git:*`);
}
