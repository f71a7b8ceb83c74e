import { readFileSync } from 'node:fs';
import type { Ceilings } from './ceilings.ts';

type Limit = { readonly option: string; readonly name: string; readonly most: number };

/**
 * What the kernel holds a sandbox to: bytes of one file, processes and threads, bytes of a core dump. prlimit(1) option by
 * name in proc(5). Walls behind `usage.ts`, which ends a program earlier and says why. That of processes does not bind root.
 */
const wanted = (most: Ceilings): Limit[] => [
  { option: '--fsize', name: 'Max file size', most: 2 * most.disk },
  { option: '--nproc', name: 'Max processes', most: 2 * most.processes },
  { option: '--core', name: 'Max core file size', most: 0 },
];

/** Options of prlimit(1), never above what this worker itself is allowed: asking for more fails. */
export function limitOptions(ceilings: Ceilings, limits: string = own()): string[] {
  return wanted(ceilings).map(({ option, name, most }) => `${option}=${Math.min(most, hardLimit(name, limits))}`);
}

/** What this worker itself may have at most, by the name in proc(5); `Infinity` when nobody says. */
export function hardLimit(name: string, limits: string = own()): number {
  const line = limits.split('\n').find((each) => each.startsWith(name));
  const hard = line?.slice(name.length).trim().split(/\s+/)[1];
  return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

function own(): string {
  return readFileSync('/proc/self/limits', 'utf8');
}
