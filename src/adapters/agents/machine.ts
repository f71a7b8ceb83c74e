import { readFileSync } from 'node:fs';

/** Processes and threads of the whole machine: proc(5), `loadavg`, fourth field. Nobody in it can have more. */
export function tasksOfMachine(): number {
  const [, tasks] = readFileSync('/proc/loadavg', 'utf8').split(' ')[3]?.split('/') ?? [];
  return Number(tasks ?? Number.POSITIVE_INFINITY);
}

/** Bytes of memory in use on the whole machine, swapped out included: proc(5), `meminfo`. */
export function memoryOfMachine(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return (kilobytes('MemTotal') - kilobytes('MemAvailable') + kilobytes('SwapTotal') - kilobytes('SwapFree')) * 1024;
}
