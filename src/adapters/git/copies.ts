/**
 * Copies of what an agent left, for git to read. Git looks at a file and then opens it by name; an agent that still works
 * can put a link in its place in between, and git would take in a file of this machine. Here every folder and file is
 * opened from the one before it, links never, so that nothing outside the worktree is read whatever moves meanwhile.
 */
import { constants } from 'node:fs';
import { chmod, copyFile, type FileHandle, lstat, mkdir, open, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TOO_LARGE, type Unstorable } from './unstorable.ts';

/** More paths, or bytes together, than anybody could agree to: nothing more is copied, and none of it kept for ever. */
const MOST_PATHS = 10_000;
const MOST_BYTES = 256_000_000;
/** Files that are open at one time. */
const AT_ONCE = 32;

/** What stands in the copy, which paths are repositories of their own, and what was not copied. */
export type Copies = {
  readonly copied: readonly string[];
  readonly repositories: readonly string[];
  readonly unstorable: readonly Unstorable[];
};

/** Copies paths of a worktree (relative, UTF-8) below another folder; what vanished meanwhile is left out. */
export async function copies(workTree: string, paths: readonly string[], folder: string): Promise<Copies> {
  if (paths.length > MOST_PATHS) {
    const why = `at most ${MOST_PATHS} are looked at (one of them: ${paths[0]}); what is built or fetched belongs in .gitignore`;
    return { copied: [], repositories: [], unstorable: [{ path: `${paths.length} changed paths`, why }] };
  }
  const found: { path: string; what: 'copied' | 'repository' | { readonly why: string } }[] = [];
  let room = MOST_BYTES;
  const reserve = (bytes: number): boolean => {
    room -= bytes;
    return room >= 0;
  };
  const root = await open(workTree, FOLDER);
  try {
    for (const [parent, names] of Map.groupBy(paths, parentOf)) {
      const from = await walk(root, parent);
      if (from === undefined) continue;
      try {
        await mkdir(join(folder, parent), { recursive: true });
        for (let at = 0; at < names.length; at += AT_ONCE) {
          const some = names.slice(at, at + AT_ONCE).map(async (path) => {
            const what = await copy(
              `${inside(from)}/${path.slice(path.lastIndexOf('/') + 1)}`,
              join(folder, path),
              reserve,
            );
            if (what !== 'gone') found.push({ path, what });
          });
          await Promise.all(some);
        }
      } finally {
        await from.close();
      }
    }
  } finally {
    await root.close();
  }
  const those = (kind: string): string[] => found.filter(({ what }) => what === kind).map(({ path }) => path);
  const unstorable = found.flatMap(({ path, what }) => (typeof what === 'string' ? [] : [{ path, why: what.why }]));
  return { copied: those('copied'), repositories: those('repository'), unstorable };
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Without waiting: a pipe that nobody writes to would be waited for. */
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** proc(5): the open folder itself, wherever it was moved and whatever has its name now. */
const inside = (folder: FileHandle): string => `/proc/self/fd/${folder.fd}`;

/** Opens a folder below another, name by name; undefined when one of them is a link, or gone. */
async function walk(root: FileHandle, path: string): Promise<FileHandle | undefined> {
  let at = await open(inside(root), constants.O_RDONLY | constants.O_DIRECTORY);
  for (const name of path.split('/').filter((part) => part !== '')) {
    const next = await open(`${inside(at)}/${name}`, FOLDER).catch(() => undefined);
    await at.close();
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

async function copy(
  from: string,
  to: string,
  reserve: (bytes: number) => boolean,
): Promise<'copied' | 'repository' | 'gone' | { readonly why: string }> {
  const found = await lstat(from).catch(() => undefined);
  if (found === undefined) return 'gone';
  if (found.isDirectory()) return 'repository';
  if (found.isSymbolicLink()) {
    const target = await readlink(from, { encoding: 'buffer' }).catch(() => undefined);
    if (target === undefined) return 'gone';
    await symlink(target, to);
    return 'copied';
  }
  if (!found.isFile()) return { why: 'it is neither a file nor a symbolic link' };
  const file = await open(from, FILE).catch((error: NodeJS.ErrnoException) => error.code);
  if (file === 'EACCES') return { why: 'it cannot be read' };
  if (file === undefined || typeof file === 'string') return 'gone';
  try {
    const { size, mode, isFile } = await file.stat().then((stat) => ({ ...stat, isFile: stat.isFile() }));
    if (!isFile) return { why: 'it is neither a file nor a symbolic link' };
    if (size > TOO_LARGE.bytes) return { why: TOO_LARGE.why };
    if (!reserve(size)) return { why: `all changed files together are larger than ${MOST_BYTES / 1_000_000} MB` };
    await copyFile(inside(file), to);
    await chmod(to, (mode & 0o100) === 0 ? 0o644 : 0o755);
    return 'copied';
  } finally {
    await file.close();
  }
}
