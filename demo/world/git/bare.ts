import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type GitResult, runGit } from './git.ts';

/** The real bare repository behind one repository of the world: the only place that knows commits. */
export type Bare = ReturnType<typeof openBare>;

/** Files by path: text or bytes to write, null to delete, `{ symlink }` or `{ executable }` for other modes. */
export type Files = Readonly<
  Record<string, string | Buffer | null | { readonly symlink: string } | { readonly executable: string }>
>;

const modeAndContent = (file: NonNullable<Files[string]>): readonly [string, string | Buffer] => {
  if (typeof file === 'string' || Buffer.isBuffer(file)) return ['100644', file];
  return 'symlink' in file ? ['120000', file.symlink] : ['100755', file.executable];
};

// GitHub lets no app push workflows that was not granted to; the front says so by the variable.
const PRE_RECEIVE = `#!/bin/sh
[ -n "$WORLD_REFUSE_WORKFLOWS" ] || exit 0
while read -r old new ref; do
  [ "$new" != ${'0'.repeat(40)} ] || continue
  for commit in $(git rev-list "$new" --not --all); do
    path=$(git diff-tree --no-commit-id --name-only -r --root "$commit" -- .github/workflows | head -n 1)
    [ -z "$path" ] && continue
    printf 'refusing to allow a GitHub App to create or update workflow \`%s\` without \`workflows\` permission\\n' "$path" >&2
    exit 1
  done
done
`;

/** Makes an empty bare repository that `git http-backend` may serve and push to. */
export const createBare = async (path: string, defaultBranch: string) => {
  await mkdir(dirname(path), { recursive: true });
  const made = await runGit(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, path]);
  if (made.status !== 0) throw new Error(`git init failed: ${made.stderr}`);
  // Settings are written as a file: one process less for each.
  await mkdir(join(path, 'hooks'), { recursive: true });
  await writeFile(
    join(path, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tbare = true\n[http]\n\treceivepack = true\n' +
      '[uploadpack]\n\tallowAnySHA1InWant = true\n\tallowFilter = true\n[receive]\n\tadvertisePushOptions = true\n[gc]\n\tauto = 0\n',
  );
  await writeFile(join(path, 'hooks', 'pre-receive'), PRE_RECEIVE, { mode: 0o755 });
  return openBare(path);
};

/** The handle on a bare repository that is there. */
export const openBare = (path: string) => {
  const run = (args: readonly string[], options?: Parameters<typeof runGit>[1]): Promise<GitResult> =>
    runGit([`--git-dir=${path}`, ...args], options);

  const text = async (args: readonly string[], options?: Parameters<typeof runGit>[1]): Promise<string> => {
    const { status, stdout, stderr } = await run(args, options);
    if (status !== 0) throw new Error(`git ${args[0] ?? ''} failed: ${stderr}`);
    return stdout.toString();
  };

  /** Full hash of a revision that is a commit; undefined when there is none. */
  const commit = async (revision: string): Promise<string | undefined> => {
    const { status, stdout } = await run([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    ]);
    return status === 0 ? stdout.toString().trim() : undefined;
  };

  const heads = async (): Promise<Map<string, string>> => {
    const listed = await text(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads/']);
    const lines = listed.split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
  };

  /** Moves, makes (`before` empty) or deletes (`after` undefined) a branch; false when it was not where it was said to be. */
  const setRef = async (ref: string, after: string | undefined, before?: string): Promise<boolean> => {
    const zero = '0'.repeat(40);
    const old = before === undefined ? [] : [before === '' ? zero : before];
    const args = after === undefined ? ['update-ref', '-d', ref, ...old] : ['update-ref', ref, after, ...old];
    return (await run(args)).status === 0;
  };

  /** A commit of files on top of `parent` (none: a root commit). */
  const commitFiles = async (parent: string | undefined, files: Files, message: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'world-index-'));
    try {
      const env = { GIT_INDEX_FILE: join(folder, 'index') };
      if (parent !== undefined) await text(['read-tree', parent], { env });
      const lines: string[] = [];
      for (const [name, file] of Object.entries(files)) {
        if (file === null) {
          lines.push(`0 ${'0'.repeat(40)}\t${name}\0`);
          continue;
        }
        const [mode, content] = modeAndContent(file);
        const blob = (await text(['hash-object', '-w', '--stdin'], { input: content })).trim();
        lines.push(`${mode} ${blob}\t${name}\0`);
      }
      await text(['update-index', '-z', '--index-info'], { env, input: lines.join('') });
      const tree = (await text(['write-tree'], { env })).trim();
      const parents = parent === undefined ? [] : ['-p', parent];
      return (await text(['commit-tree', tree, ...parents, '-m', message])).trim();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  /** Merges without a checkout: the tree, or undefined when the two conflict. */
  const mergeTree = async (ours: string, theirs: string): Promise<string | undefined> => {
    const { status, stdout } = await run(['merge-tree', '--write-tree', '--allow-unrelated-histories', ours, theirs]);
    return status === 0 ? stdout.toString().split('\n')[0] : undefined;
  };

  const isAncestor = async (ancestor: string, descendant: string): Promise<boolean> =>
    (await run(['merge-base', '--is-ancestor', ancestor, descendant])).status === 0;

  const mergeBase = async (a: string, b: string): Promise<string | undefined> => {
    const { status, stdout } = await run(['merge-base', a, b]);
    return status === 0 ? stdout.toString().trim() : undefined;
  };

  return { path, run, text, commit, heads, setRef, commitFiles, mergeTree, isAncestor, mergeBase };
};
