/** May the caller write into a person's repository, as git itself would let them? */
import { access, constants, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { git } from './git.ts';
import type { OpenedRepository } from './local.ts';

/** Why nothing can, or should, be written there; undefined when all is well. */
export async function unwritable(person: OpenedRepository): Promise<string | undefined> {
  const { gitDir } = person;
  const name = JSON.stringify(gitDir);
  for (const part of ['objects', 'refs/heads']) {
    const allowed = await access(join(gitDir, part), constants.W_OK).then(
      () => true,
      (failure: NodeJS.ErrnoException) => failure.code === 'ENOENT',
    );
    if (!allowed)
      return `the repository ${name} cannot be written (${part}): give yourself the right to, or work in a clone of your own.`;
  }
  const { uid } = await stat(gitDir);
  const own = [process.geteuid?.(), Number(process.geteuid?.() === 0 ? (process.env['SUDO_UID'] ?? '0') : Number.NaN)];
  if (own.includes(uid) || (await isTrusted(person))) return undefined;
  return `the repository ${name} belongs to another user (${uid}), whose git could not go on with files of yours: run this as that user, or trust it with git config --global --add safe.directory ${name}.`;
}

/** Is it in the list by which people let git work in what others own? */
async function isTrusted({ gitDir }: OpenedRepository): Promise<boolean> {
  const listed = new Set((await Promise.all(files().map(safeDirectories))).flat());
  const places = [gitDir, dirname(gitDir)];
  const real = await Promise.all(places.map((place) => realpath(place).catch(() => place)));
  return ['*', ...places, ...real].some((place) => listed.has(place));
}

function files(): readonly string[] {
  const named = process.env['GIT_CONFIG_GLOBAL'];
  if (named !== undefined) return [named];
  const home = homedir();
  return [join(process.env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git/config'), join(home, '.gitconfig')];
}

/** What a person's file, the machine's, and the environment say; git reads all of them for this, and no repository's. */
async function safeDirectories(file: string): Promise<readonly string[]> {
  const given = Object.entries(process.env).flatMap(([key, value]) =>
    /^GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+|NOSYSTEM|SYSTEM)$/.test(key) && value !== undefined ? [[key, value]] : [],
  );
  const env = { HOME: homedir(), GIT_CONFIG_NOSYSTEM: '0', GIT_CONFIG_GLOBAL: file, ...Object.fromEntries(given) };
  const { output } = await git(['config', '--get-all', '-z', 'safe.directory'], { cwd: '/', env, answers: [0, 1] });
  return output.toString().split('\0');
}
