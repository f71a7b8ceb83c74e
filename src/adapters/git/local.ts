/** A person's own repository, as the command line meets it: asked, never changed. */
import type { Sha } from '#core/types.ts';
import { GitFailure, git } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

/** `own`: where the worktree that was named keeps its HEAD; the same as `gitDir` but in a linked worktree. */
export type OpenedRepository = GitFolder & { readonly own: string };

/** The git folder that a folder belongs to; `home` is where caches and scratch folders stand. Undefined when it is in no repository. */
export async function openRepository(folder: string, home: string): Promise<OpenedRepository | undefined> {
  try {
    // Owned by whoever: nothing that stands in its configuration is started by any of our commands.
    const ask = async (what: string): Promise<string> => {
      const args = ['-c', 'safe.directory=*', 'rev-parse', '--path-format=absolute', what];
      return (await git(args, { cwd: folder })).output.toString().replace(/\n$/, '');
    };
    const [gitDir, own] = await Promise.all([ask('--git-common-dir'), ask('--git-dir')]);
    return { gitDir, own, ground: { home } };
  } catch (failure) {
    if (failure instanceof GitFailure && failure.status === 128) return undefined;
    if (failure instanceof Error && 'code' in failure && ['ENOENT', 'ENOTDIR'].includes(String(failure.code)))
      return undefined;
    throw failure;
  }
}

/** The commits that names stand for; a branch wins over a tag of its name. Undefined for what is none, or cannot be read. */
export async function resolveNames(folder: GitFolder, names: readonly string[]): Promise<(Sha | undefined)[]> {
  const asked = names.flatMap((name) => {
    // One line is one question: a name with a line end is nobody's.
    const plain = /^[^\n\0]+$/.test(name) ? name : '?';
    return [`refs/heads/${plain}^{commit}\n`, `${plain}^{commit}\n`];
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
  return names.map((_, at) => answers[at * 2] ?? answers[at * 2 + 1]);
}
