import { execFile } from 'node:child_process';
import { readdirSync, type Stats, statfsSync, statSync } from 'node:fs';
import { promisify } from 'node:util';

/** Bytes that a file, a folder or a link counts at least: without content it takes none, but a disk holds so many of them and no more. */
const EACH = 4_096;

/** Bytes in use, and what files count. */
export type Used = { readonly bytes: number; readonly files: number };

/** What is in use on the file system of a folder; nothing where it cannot be asked. */
export function usedAround(folder: string): Used {
  try {
    const { blocks, bfree, bsize, files, ffree } = statfsSync(folder);
    return { bytes: (blocks - bfree) * bsize, files: (files - ffree) * EACH };
  } catch {
    return { bytes: 0, files: 0 };
  }
}

/** Bytes that more is in use than before, of whichever there is more. */
export function grown(now: Used, before: Used): number {
  return Math.max(now.bytes - before.bytes, now.files - before.files);
}

/** Bytes that this account may still write around a folder, files without content counted; no end of them where it cannot be asked. */
export function freeAround(folder: string): number {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    // Some file systems (btrfs) count no files.
    return Math.min(bavail * bsize, files === 0 ? Number.POSITIVE_INFINITY : ffree * EACH);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Is the file system of a folder full, or its size in files? A scratch folder is one of its own. */
export function isFull(folder: string): boolean {
  try {
    const { blocks, bfree, bsize, files, ffree } = statfsSync(folder);
    return blocks > 0 && (bfree === 0 || (files - ffree) * EACH > blocks * bsize);
  } catch {
    return false;
  }
}

/** Bytes on disk of folders with all below them, or what their files count; undefined when a part could not be read. */
export async function sizeOf(folders: readonly string[]): Promise<number | undefined> {
  const [bytes, files] = await Promise.all([['-B1'], ['--inodes']].map((unit) => total(unit, folders)));
  return bytes === undefined || files === undefined ? undefined : Math.max(bytes, files * EACH);
}

async function total(unit: readonly string[], folders: readonly string[]): Promise<number | undefined> {
  try {
    // By a program: it goes deeper than a path may be long, and does not hold us up.
    const { stdout } = await promisify(execFile)('du', ['-s', '-x', ...unit, '-c', '--', ...folders], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      timeout: 120_000,
    });
    // The last line is the total.
    return Number.parseInt(stdout.trimEnd().split('\n').at(-1) ?? '', 10);
  } catch {
    return undefined;
  }
}

/** Bytes of files beside `folder` that processes hold open though they have no name any more: no folder shows them. */
export function nameless(pids: readonly number[], folder: string): number {
  const sizes = new Map<number, number>();
  const device = look(folder)?.dev;
  for (const fd of pids.flatMap(descriptors)) {
    const file = look(fd);
    if (file?.isFile() === true && file.nlink === 0 && file.dev === device) sizes.set(file.ino, file.blocks * 512);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function descriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`);
  } catch {
    return [];
  }
}
