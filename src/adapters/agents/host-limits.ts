import { readFileSync } from 'node:fs';

/** What one sandbox may use: bytes of one file, processes and threads, bytes of a core dump. prlimit(1) option by name in proc(5). */
const WANTED = [
  { option: '--fsize', name: 'Max file size', most: 4 * 1024 ** 3 },
  { option: '--nproc', name: 'Max processes', most: 4096 },
  { option: '--core', name: 'Max core file size', most: 0 },
];

/** Options of prlimit(1), never above what this worker itself is allowed: asking for more fails. */
export function limitOptions(limits: string = readFileSync('/proc/self/limits', 'utf8')): string[] {
  return WANTED.map(({ option, name, most }) => {
    const line = limits.split('\n').find((each) => each.startsWith(name));
    const hard = line?.slice(name.length).trim().split(/\s+/)[1];
    const allowed = hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
    return `${option}=${Math.min(most, allowed)}`;
  });
}
