import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { git } from '#adapters/git/git.ts';
import type { BaseTree } from '#core/types.ts';
import { Unreadable } from './unreadable.ts';

/** Megabytes of paths, and seconds for git to list them. */
const MOST_OUTPUT = 512;
const LONGEST_WAIT = 60;
/** Files whose text matters to the check: variables that are there, and what the repository lets items own. */
const READ = ['.env.example', '.github/parallel.yml'];

/** The files of a repository at a branch, tag or commit (a branch wins over a tag); throws `Unreadable`. */
export const readTree = async (folder: string, ref: string): Promise<BaseTree> => {
  const directory = gitDirectory(folder);
  const sha = await commitOf(directory, folder, ref);
  const listed = await ask(directory, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', sha]);
  if (listed === undefined)
    throw new Unreadable(
      `The files of "${ref}" in ${folder} cannot be listed: the repository is damaged or incomplete.`,
    );
  const paths = new Set(listed.split('\0').filter((path) => path !== ''));
  const read: Record<string, string> = {};
  for (const path of READ.filter((name) => paths.has(name))) {
    const text = await ask(directory, ['cat-file', 'blob', `${sha}:${path}`]);
    if (text !== undefined) read[path] = text;
  }
  return { sha, paths, read };
};

const commitOf = async (directory: string, folder: string, ref: string): Promise<string> => {
  for (const name of [`refs/heads/${ref}`, ref]) {
    const sha = await ask(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
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

/** Asks git about one git directory, with nobody else's configuration; undefined when it says no. */
const ask = async (gitDir: string, call: readonly string[]): Promise<string | undefined> => {
  // Of a partial clone nothing is fetched, and no lock is taken where a person works.
  const env = { GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' };
  try {
    const { output } = await git(call, { cwd: tmpdir(), gitDir, env, megabytes: MOST_OUTPUT, seconds: LONGEST_WAIT });
    return output.toString('utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new Unreadable('git is not installed, and --repo needs it.', { cause });
    return undefined;
  }
};
