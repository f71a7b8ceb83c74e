import { execFile } from 'node:child_process';
import { readdirSync, type Stats, statfsSync, statSync } from 'node:fs';
import { promisify } from 'node:util';

/** Bytes in use on the file system of a folder; 0 where it cannot be asked. */
export function usedAround(folder: string): number {
  try {
    const { blocks, bfree, bsize } = statfsSync(folder);
    return (blocks - bfree) * bsize;
  } catch {
    return 0;
  }
}

/** Bytes that this account may still write around a folder; no end of them where it cannot be asked. */
export function freeAround(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Is the file system of a folder full? A scratch folder is one of its own. */
export function isFull(folder: string): boolean {
  try {
    const { blocks, bfree } = statfsSync(folder);
    return blocks > 0 && bfree === 0;
  } catch {
    return false;
  }
}

/** Bytes on disk of folders with all below them; undefined when a part could not be read. */
export async function sizeOf(folders: readonly string[]): Promise<number | undefined> {
  try {
    // By a program: it goes deeper than a path may be long, and does not hold us up.
    const { stdout } = await promisify(execFile)('du', ['-s', '-x', '-B1', '-c', '--', ...folders], {
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
