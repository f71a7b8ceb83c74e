import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { BaseTree } from '#core/types.ts';
import { Unreadable } from './unreadable.ts';

const MOST_OUTPUT = 512 * 1024 * 1024;
const LONGEST_WAIT = 60_000;
/** Files whose text matters to the check: variables that are there, and what the repository lets items own. */
const READ = ['.env.example', '.github/parallel.yml'];

/** The files of a repository at a branch, tag or commit (a branch wins over a tag); throws `Unreadable`. */
export const readTree = async (folder: string, ref: string): Promise<BaseTree> => {
  const directory = gitDirectory(folder);
  const sha = await commitOf(directory, folder, ref);
  const listed = await git(directory, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', sha]);
  if (listed === undefined)
    throw new Unreadable(
      `The files of "${ref}" in ${folder} cannot be listed: the repository is damaged or incomplete.`,
    );
  const paths = new Set(listed.split('\0').filter((path) => path !== ''));
  const read: Record<string, string> = {};
  for (const path of READ.filter((name) => paths.has(name))) {
    const text = await git(directory, ['cat-file', 'blob', `${sha}:${path}`]);
    if (text !== undefined) read[path] = text;
  }
  return { sha, paths, read };
};

const commitOf = async (directory: string, folder: string, ref: string): Promise<string> => {
  for (const name of [`refs/heads/${ref}`, ref]) {
    const sha = await git(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    if (sha !== undefined) return sha.trim();
  }
  if (ref === 'HEAD') throw new Unreadable(`${folder} has no commit yet, so there is no tree to check against.`);
  throw new Unreadable(`"${ref}" is no branch, tag or commit of ${folder}.`);
};

/** Where the git directory of a checkout, a worktree or a bare repository is: looked for here and nowhere above. */
const gitDirectory = (folder: string): string => {
  const kind = kindOf(folder);
  if (kind !== 'folder')
    throw new Unreadable(`${folder} ${kind === undefined ? 'does not exist' : 'is not a folder'}.`);
  const inside = join(folder, '.git');
  if (kindOf(inside) === 'folder') return resolve(inside);
  if (kindOf(inside) === 'file') {
    const target = /^gitdir: (.+?)\s*$/.exec(readFileSync(inside, 'utf8'))?.[1];
    if (target !== undefined && kindOf(resolve(folder, target)) === 'folder') return resolve(folder, target);
  } else if (kindOf(join(folder, 'objects')) === 'folder' && kindOf(join(folder, 'HEAD')) === 'file')
    return resolve(folder);
  throw new Unreadable(`${folder} is not the top folder of a git repository.`);
};

const kindOf = (path: string): 'folder' | 'file' | undefined => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
};

/** Runs git on one git directory with nobody else's configuration; undefined when it says no. */
const git = async (directory: string, call: readonly string[]): Promise<string | undefined> => {
  const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'submodule.recurse=false'];
  const env = {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
  try {
    const { stdout } = await promisify(execFile)('git', [`--git-dir=${directory}`, ...settings, ...call], {
      cwd: tmpdir(),
      env,
      maxBuffer: MOST_OUTPUT,
      timeout: LONGEST_WAIT,
    });
    return stdout;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new Unreadable('git is not installed, and --repo needs it.', { cause });
    return undefined;
  }
};
