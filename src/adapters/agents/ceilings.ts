/** What one attempt, or one command, may take of the machine: bytes of disk and of memory, processes and threads. */
export type Ceilings = { readonly disk: number; readonly memory: number; readonly processes: number };

export const MEGABYTE = 1_000_000;

/** The operator's limits (spec section 7) in units of the machine; without any, their defaults. */
export function ceilingsOf(
  limits: { readonly disk_mb: number; readonly memory_mb: number; readonly processes: number } = {
    disk_mb: 10_000,
    memory_mb: 8_192,
    processes: 2_000,
  },
): Ceilings {
  return { disk: limits.disk_mb * MEGABYTE, memory: limits.memory_mb * MEGABYTE, processes: limits.processes };
}

/** Bytes of each temporary folder: they are memory, so that a generous limit for the disk does not apply to them. */
export function scratchSize({ disk }: Ceilings): number {
  return Math.min(2 * 1024 ** 3, disk);
}
