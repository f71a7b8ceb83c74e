/** A person's own repository, as the command line meets it: asked, never changed. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '#core/types.ts';
import { GitFailure, git } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

/** `own`: where the worktree that was named keeps its HEAD; the same as `gitDir` but in a linked worktree. */
export type OpenedRepository = GitFolder & { readonly own: string };

/** The repository as the named worktree sees it: with that worktree's HEAD. */
export const asNamed = (person: OpenedRepository): GitFolder => ({ ...person, gitDir: person.own });

/** Is it a clone whose history was cut off? */
export const isShallow = ({ gitDir }: OpenedRepository): boolean => existsSync(join(gitDir, 'shallow'));

/** The git folder that a folder belongs to, or why there is none; `home` is where caches and scratch folders stand. */
export async function openRepository(
  folder: string,
  home: string,
): Promise<OpenedRepository | { readonly unreadable: string }> {
  const name = JSON.stringify(folder);
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true)
    return { unreadable: `${name} is in no git repository: there is no such folder, or you may not look into it.` };
  // Owned by whoever: nothing that stands in its configuration is started by any of our commands.
  const ask = async (what: string): Promise<string> => {
    const args = ['-c', 'safe.directory=*', 'rev-parse', '--path-format=absolute', what];
    return (await git(args, { cwd: folder })).output.toString().replace(/\n$/, '');
  };
  try {
    const [gitDir, own] = await Promise.all([ask('--git-common-dir'), ask('--git-dir')]);
    return { gitDir, own, ground: { home } };
  } catch (failure) {
    if (!(failure instanceof GitFailure) || failure.status !== 128) throw failure;
    if (!/^fatal: not a git repository/m.test(failure.errors))
      return {
        unreadable: `${said(failure)} in the repository of ${name}: mend its configuration (.git/config), or take a git that knows this format.`,
      };
    const damaged = existsSync(join(folder, '.git'))
      ? 'what stands in its .git is damaged: HEAD, objects or refs is missing or unreadable.'
      : 'go to one, or name it with --repo.';
    return { unreadable: `${name} is in no git repository: ${damaged}` };
  }
}

const said = ({ errors }: GitFailure): string =>
  errors
    .trim()
    .replace(/^fatal: /, '')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 500);

/** The commits that names stand for; a branch wins over a tag of its name. Undefined for what is none, or cannot be read. */
export async function resolveNames(folder: GitFolder, names: readonly string[]): Promise<(Sha | undefined)[]> {
  const asked = names.flatMap((name) => {
    // One line is one question: a name with a line end is nobody's.
    const plain = /^[^\n\0]+$/.test(name) ? name : '?';
    // A search such as `:/words` takes nothing behind it.
    return [`refs/heads/${plain}^{commit}\n`, `${plain}^{commit}\n`, `${plain}\n`];
  });
  const call = { input: asked.join(''), answers: [0, 128] };
  const { status, output } = await inMirror(folder, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], call);
  // A damaged object ends the process: each name is then asked for by itself.
  if (status !== 0)
    return names.length === 1
      ? [undefined]
      : (await Promise.all(names.map((name) => resolveNames(folder, [name])))).flat();
  const answers = output
    .toString()
    .split('\n')
    .map((line) => /^([0-9a-f]{40,64}) commit$/.exec(line)?.[1]);
  return names.map((_, at) => answers.slice(at * 3, at * 3 + 3).find((sha) => sha !== undefined));
}

/** What a name leads to that is no commit; `kind`: of the object, absent when it cannot be read. */
export type OtherThing = { readonly sha: Sha; readonly kind?: string };

/** What a name leads to, if anything. Throws when git cannot read names at all. */
export async function leadsTo(folder: GitFolder, name: string): Promise<OtherThing | undefined> {
  // Says what is wrong with the list of names, which a single question passes over.
  await inMirror(folder, ['for-each-ref', '--count=1', '--format=%(refname)']);
  for (const ref of [`refs/heads/${name}`, name]) {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', ref];
    const { status, output } = await inMirror(folder, args, { answers: [0, 1, 128] });
    const [sha] = /^[0-9a-f]{40,64}/.exec(output.toString()) ?? [];
    if (status !== 0 || sha === undefined) continue;
    const found = await inMirror(folder, ['cat-file', '-t', sha], { answers: [0, 128] });
    const kind = found.output.toString().trim();
    return { sha, ...(found.status === 0 && kind !== 'commit' ? { kind } : {}) };
  }
  return undefined;
}
