import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * Bytes of shared memory that a set of processes has, by numbers: mapped, each its part (proc(5), `smaps_rollup`), or only
 * held open (memfd_create(2)). What is both is counted once, so that it is at least half of the truth.
 */
export function sharedMemory(pids: readonly number[]): number {
  const mapped = pids.reduce((sum, pid) => sum + mappedBy(pid), 0);
  const held = new Map(pids.flatMap(heldBy));
  return Math.max(
    mapped,
    [...held.values()].reduce((sum, size) => sum + size, 0),
  );
}

function mappedBy(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss_Shmem:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Numbers and bytes of the files in memory that a process has open. */
function heldBy(pid: number): (readonly [number, number])[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const file = `/proc/${pid}/fd/${fd}`;
      const found = readlinkSync(file).startsWith('/memfd:') ? statSync(file, { throwIfNoEntry: false }) : undefined;
      return found === undefined ? [] : [[found.ino, found.blocks * 512] as const];
    });
  } catch {
    // It ended meanwhile, or is somebody else's.
    return [];
  }
}
