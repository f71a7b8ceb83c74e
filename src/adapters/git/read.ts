/** Questions to a bare clone: heads, trees, files, commits. Never a checkout. */
import type { Sha } from '#core/types.ts';
import { allowedSha, isBranch } from './allowed.ts';
import { type GitAnswer, git } from './git.ts';
import type { GitFolder } from './mirror.ts';
import type { GitCall } from './recipe.ts';

/** Runs local git on a clone. */
export function inMirror(folder: GitFolder, args: readonly string[], call: Partial<GitCall> = {}): Promise<GitAnswer> {
  const { home, signal, apart = false } = folder.ground;
  return git(args, { cwd: home, gitDir: folder.gitDir, signal, apart, ...call });
}

/** Splits the output of `-z`; names that are not UTF-8 keep a replacement character. */
export function fields(output: Buffer): string[] {
  const all = output.toString('utf8').split('\0');
  if (all.at(-1) === '') all.pop();
  return all;
}

const REMOTE = 'refs/remotes/origin/';

/** Head of a branch as last fetched or pushed. */
export async function head(folder: GitFolder, branch: string): Promise<Sha | undefined> {
  if (!isBranch(branch)) return undefined;
  // Also lists what stands below a folder of that name.
  return (await list(folder, branch)).find((one) => one.branch === branch)?.head;
}

/** Branches of the remote whose name begins with `prefix`, as last fetched. */
export async function branches(folder: GitFolder, prefix: string): Promise<{ branch: string; head: Sha }[]> {
  const above = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (above !== '' && !isBranch(above.slice(0, -1))) return [];
  return (await list(folder, above)).filter(({ branch }) => branch.startsWith(prefix));
}

async function list(folder: GitFolder, name: string): Promise<{ branch: string; head: Sha }[]> {
  const { output } = await inMirror(folder, ['for-each-ref', '--format=%(objectname) %(refname)', `${REMOTE}${name}`]);
  const lines = output
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const space = line.indexOf(' ');
    return { branch: line.slice(space + 1 + REMOTE.length), head: line.slice(0, space) };
  });
}

/** Every path of a commit's (or a bare) tree. */
export async function paths(folder: GitFolder, commit: Sha): Promise<string[]> {
  return fields(
    (await inMirror(folder, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', allowedSha(commit)])).output,
  );
}

/** A file's text, at most 16 MB; undefined when it is not there, a link, a folder or a submodule. */
export async function read(folder: GitFolder, commit: Sha, path: string): Promise<string | undefined> {
  if (path === '' || path.endsWith('/') || path.includes('\0')) return undefined;
  const { output } = await inMirror(folder, [
    '--literal-pathspecs',
    'ls-tree',
    '-z',
    '--full-tree',
    allowedSha(commit),
    '--',
    path,
  ]);
  const entry = /^100\d{3} blob ([0-9a-f]+)\t/.exec(fields(output).find((line) => line.endsWith(`\t${path}`)) ?? '');
  if (entry?.[1] === undefined) return undefined;
  return (await inMirror(folder, ['cat-file', 'blob', entry[1]], { megabytes: 16 })).output.toString('utf8');
}

/** A commit's tree, parents and message. */
export async function commitOf(
  folder: GitFolder,
  commit: Sha,
): Promise<{ tree: Sha; parents: Sha[]; message: string }> {
  const text = (await inMirror(folder, ['cat-file', 'commit', allowedSha(commit)], { megabytes: 16 })).output.toString(
    'utf8',
  );
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end).split('\n');
  const values = (key: string) =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return { tree: values('tree')[0] ?? '', parents: values('parent'), message: text.slice(end + 2) };
}

/** Is the commit here? */
export async function has(folder: GitFolder, commit: Sha): Promise<boolean> {
  const args = ['cat-file', '-e', `${allowedSha(commit)}^{commit}`];
  return (await inMirror(folder, args, { answers: [0, 1, 128] })).status === 0;
}

/** Is everything of `ancestor` in `descendant`? */
export async function isAncestor(folder: GitFolder, ancestor: Sha, descendant: Sha): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', allowedSha(ancestor), allowedSha(descendant)];
  return (await inMirror(folder, args, { answers: [0, 1] })).status === 0;
}
